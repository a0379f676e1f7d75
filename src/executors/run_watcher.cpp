#include "executors/run_watcher.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>

namespace punctual::detail {

RunWatcher::RunWatcher(FileDescriptor control, int pool)
    : control_(std::move(control)),
      // Through the system call, for glibc 2.36 declares the function without extern "C". Where
      // the system has no such descriptor, the end of `control` is enough, unless the pool's
      // process has forked a child that goes on with its descriptors.
      pool_(static_cast<int>(::syscall(SYS_pidfd_open, pool, 0))) {
    ::fcntl(control_.number(), F_SETFD, FD_CLOEXEC);
    // Another process may have its number by now.
    if (::getppid() != pool) end_process();
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "punctual-watch");
        watch();
    });
}

RunWatcher::~RunWatcher() {
    quit_.raise();
    thread_.join();
}

void RunWatcher::begin(std::uint32_t sequence, RunSlot& slot) {
    const std::lock_guard lock(mutex_);
    slot_ = &slot;
    sequence_ = sequence;
    if (to_stop_ == sequence) slot.request_stop(StopCause::cancelled);
}

void RunWatcher::end() noexcept {
    const std::lock_guard lock(mutex_);
    slot_ = nullptr;
}

void RunWatcher::end_process() noexcept {
    // The pool made this process the leader of its group.
    if (::getpgrp() == ::getpid()) ::kill(0, SIGKILL);
    ::_exit(1);
}

void RunWatcher::watch() {
    std::array<pollfd, 3> polled{
        pollfd{.fd = quit_.number(), .events = POLLIN, .revents = 0},
        pollfd{.fd = control_.number(), .events = POLLIN, .revents = 0},
        pollfd{.fd = pool_.number(), .events = POLLIN, .revents = 0},
    };
    while (true) {
        poll_until(polled, SteadyTime::max());
        if (polled[0].revents != 0) return;
        if (polled[2].revents != 0) end_process();
        if (polled[1].revents != 0) read_control();
    }
}

void RunWatcher::read_control() {
    std::uint32_t sequence = 0;
    const ssize_t count = ::read(control_.number(), &sequence, sizeof sequence);
    if (count < 0 && errno == EINTR) return;
    if (count != sizeof sequence) end_process();
    const std::lock_guard lock(mutex_);
    to_stop_ = sequence;
    if (slot_ != nullptr && sequence_ == sequence) slot_->request_stop(StopCause::cancelled);
}

}  // namespace punctual::detail
