#include "scheduler/wake_loop.hpp"

#include <punctual/clock.hpp>
#include <punctual/errors.hpp>

#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>

#include <sys/prctl.h>
#include <sys/timerfd.h>

namespace punctual::detail {
namespace {

// Readable when the wall clock was set: a timer that never ends by itself, but then.
FileDescriptor watch_for_clock_changes() {
    FileDescriptor timer(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK));
    itimerspec never_ending{};
    never_ending.it_value.tv_sec = std::numeric_limits<std::int32_t>::max() * std::int64_t{4};
    constexpr int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
    // It is set all the same where it says that the clock was set a moment ago.
    if (!timer.is_open() ||
        (::timerfd_settime(timer.number(), flags, &never_ending, nullptr) != 0 &&
         errno != ECANCELED)) {
        throw ExecutorError("cannot watch the clock: " + system_message(errno));
    }
    return timer;
}

}  // namespace

WakeLoop::WakeLoop() : clock_set_(watch_for_clock_changes()) {}

void WakeLoop::run(const std::function<Instant()>& step) {
    // By default the kernel may round a thread's wake-ups by 50 us.
    prctl(PR_SET_TIMERSLACK, 1UL);
    std::unique_lock lock(mutex_);
    if (running_) return;  // a second start, of another thread, came before this one's loop
    thread_ = std::this_thread::get_id();
    running_ = true;
    while (!stopped_) {
        loop_ = State::busy;
        lock.unlock();
        sleep_until(step());
        lock.lock();
    }
    running_ = false;
    thread_ = std::thread::id();
    ended_.notify_all();
}

// By the steady clock, and no longer than until the wall clock is set: forwards, more is due;
// backwards, what is to happen after a length of time would come too late by the old deadline.
void WakeLoop::sleep_until(Instant deadline) {
    const Instant now = system_clock()->now();
    if (deadline <= now) return;
    State busy = State::busy;
    if (!loop_.compare_exchange_strong(busy, State::asleep)) return;
    std::array<pollfd, 2> polled{pollfd{.fd = wake_up_.number(), .events = POLLIN, .revents = 0},
                                 pollfd{.fd = clock_set_.number(), .events = POLLIN, .revents = 0}};
    poll_until(polled, deadline == Instant::max() ? SteadyTime::max() : from_now(deadline - now));
    if (polled[0].revents != 0) wake_up_.clear();
    if (polled[1].revents != 0) {
        std::uint64_t count = 0;
        static_cast<void>(!::read(clock_set_.number(), &count, sizeof count));
    }
}

void WakeLoop::wake() noexcept {
    if (loop_.exchange(State::woken) == State::asleep) wake_up_.raise();
}

void WakeLoop::stop() noexcept {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    wake();
    if (thread_.load() != std::this_thread::get_id()) {
        ended_.wait(lock, [this] { return !running_; });
    }
}

void WakeLoop::reset() {
    const std::lock_guard lock(mutex_);
    stopped_ = false;
}

}  // namespace punctual::detail
