#include "loops/loop_signal.hpp"

#include <punctual/clock.hpp>
#include <punctual/errors.hpp>

#include <cerrno>
#include <cstdint>

#include <sys/epoll.h>
#include <sys/timerfd.h>

namespace punctual::detail {
namespace {

FileDescriptor checked(int number, const char* what) {
    if (number < 0) {
        throw ExecutorError(std::string("cannot make ") + what + ": " + system_message(errno));
    }
    return FileDescriptor(number);
}

void poll_in(const FileDescriptor& both, int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (::epoll_ctl(both.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
        throw ExecutorError("cannot poll a descriptor: " + system_message(errno));
    }
}

itimerspec at_instant(Instant instant) {
    const auto since = instant.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    itimerspec time{};
    time.it_value = {.tv_sec = seconds.count(),
                     .tv_nsec = std::chrono::nanoseconds(since - seconds).count()};
    return time;
}

}  // namespace

// The timer follows the wall clock, and ends early when that is set: then what is due has changed.
LoopSignal::LoopSignal()
    : timer_(checked(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK), "a timer")),
      both_(checked(::epoll_create1(EPOLL_CLOEXEC), "a poll descriptor")) {
    poll_in(both_, wake_up_.number());
    poll_in(both_, timer_.number());
}

void LoopSignal::wake() noexcept {
    if (!woken_.exchange(true)) wake_up_.raise();
}

void LoopSignal::clear() noexcept {
    // In this order: a wake in between is either seen by who comes after, or raises it anew.
    wake_up_.clear();
    woken_.exchange(false);
    if (armed_ == Instant::max()) return;
    std::uint64_t count = 0;
    const auto read = ::read(timer_.number(), &count, sizeof count);
    if (read > 0 || errno == ECANCELED) armed_ = Instant::max();
}

void LoopSignal::set(Instant next) noexcept {
    if (next != Instant::max() && next <= system_clock()->now()) {
        wake();
    } else {
        arm(next);
    }
}

void LoopSignal::arm(Instant next) noexcept {
    if (next == armed_) return;
    armed_ = next;
    // A timer that is not armed would tell of a clock that is set, too, and nobody would read it.
    const bool armed = next != Instant::max();
    const itimerspec time = armed ? at_instant(next) : itimerspec{};
    const int flags = armed ? TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET : 0;
    // It is set all the same where it says that the clock was set since the last time.
    if (::timerfd_settime(timer_.number(), flags, &time, nullptr) != 0) wake();
}

}  // namespace punctual::detail
