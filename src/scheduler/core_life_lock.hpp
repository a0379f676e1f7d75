#pragma once
// One start, end or configuration of a scheduler at a time.

#include <chrono>
#include <mutex>
#include <thread>

#include "scheduler/core.hpp"

namespace punctual::detail {

/// Holds `life_mutex_`, and knows whether its own thread does: a listener that is told of a start
/// or an end may call for another.
class SchedulerCore::LifeLock {
public:
    explicit LifeLock(SchedulerCore& core) : core_(core) {
        if (mine()) throw Error("the scheduler is starting or ending: not from inside of that");
        lock();
        core_.life_owner_ = std::this_thread::get_id();
    }
    LifeLock(SchedulerCore& core, std::try_to_lock_t) : core_(core) {
        owns_ = !mine() && core_.life_mutex_.try_lock();
        if (owns_) core_.life_owner_ = std::this_thread::get_id();
    }
    ~LifeLock() {
        if (!owns_) return;
        core_.life_owner_ = std::thread::id();
        core_.life_mutex_.unlock();
    }
    LifeLock(const LifeLock&) = delete;
    LifeLock& operator=(const LifeLock&) = delete;
    [[nodiscard]] bool owns() const { return owns_; }
    /// Whether this thread holds it, here or further up.
    [[nodiscard]] bool mine() const { return core_.life_owner_ == std::this_thread::get_id(); }

private:
    // Whoever holds it may be waiting for passes of this thread.
    void lock() {
        while (!core_.life_mutex_.try_lock()) {
            if (!core_.driver_->pass_if_driving()) return core_.life_mutex_.lock();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    SchedulerCore& core_;
    bool owns_ = true;
};

}  // namespace punctual::detail
