#pragma once
// What a fiber waits for while the others of its thread go on, and the thread sleeps if they all
// wait.

#include <boost/fiber/condition_variable.hpp>
#include <boost/fiber/mutex.hpp>

#include <chrono>
#include <mutex>

namespace punctual::detail {

/// One fiber waits; of several, some may miss it. *Thread safety*: safe.
class FiberBell {
public:
    /// From any thread; that of the fiber which waits does not end meanwhile.
    void ring() {
        {
            const std::lock_guard lock(mutex_);
            rung_ = true;
        }
        changed_.notify_all();
    }
    /// Until it rings, or has since the last time.
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return rung_; });
        rung_ = false;
    }
    /// The same, but no longer than that.
    void wait_for(std::chrono::milliseconds longest) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, longest, [this] { return rung_; });
        rung_ = false;
    }

private:
    boost::fibers::mutex mutex_;
    boost::fibers::condition_variable changed_;
    bool rung_ = false;
};

}  // namespace punctual::detail
