#pragma once
// A number that threads count up and wait for.

#include <condition_variable>
#include <mutex>

namespace punctual::testing {

/// *Thread safety*: safe.
class Counter {
public:
    void count() {
        // Told under the lock: who waits may destroy the counter as soon as it has its number.
        const std::lock_guard lock(mutex_);
        ++value_;
        changed_.notify_all();
    }
    void wait_for(int value) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return value_ >= value; });
    }
    [[nodiscard]] int value() const {
        const std::lock_guard lock(mutex_);
        return value_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int value_ = 0;
};

}  // namespace punctual::testing
