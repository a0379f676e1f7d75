#include "scheduler/wake_loop.hpp"

#include <sys/prctl.h>

namespace punctual::detail {

void WakeLoop::run(const std::function<Instant()>& step) {
    // By default the kernel may round a thread's wake-ups by 50 us.
    prctl(PR_SET_TIMERSLACK, 1UL);
    std::unique_lock lock(mutex_);
    if (running_) return;  // a second start, of another thread, came before this one's loop
    thread_ = std::this_thread::get_id();
    running_ = true;
    while (!stopped_) {
        woken_ = false;
        lock.unlock();
        const Instant deadline = step();
        lock.lock();
        const auto ready = [this] { return stopped_ || woken_.load(); };
        // The system clock, not the steady one: a sleep has to end when the clock is set forward.
        if (deadline == Instant::max()) {
            changed_.wait(lock, ready);
        } else {
            changed_.wait_until(lock, deadline, ready);
        }
    }
    running_ = false;
    thread_ = std::thread::id();
    changed_.notify_all();
}

void WakeLoop::wake() noexcept {
    if (woken_.exchange(true)) return;
    // With the lock, so that it is not missed between the loop's look at the flag and its sleep.
    { const std::lock_guard lock(mutex_); }
    changed_.notify_all();
}

void WakeLoop::stop() noexcept {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
    if (thread_.load() != std::this_thread::get_id()) {
        changed_.wait(lock, [this] { return !running_; });
    }
}

void WakeLoop::reset() {
    const std::lock_guard lock(mutex_);
    stopped_ = false;
    woken_ = false;
}

}  // namespace punctual::detail
