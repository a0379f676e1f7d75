#pragma once
// The loop of a thread that sleeps until an instant of the wall clock, or until it is woken.

#include <punctual/time.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace punctual::detail {

class WakeLoop {
public:
    /// Calls `step` again and again, each time at the instant that it returned or when woken, until
    /// stopped.
    void run(const std::function<Instant()>& step);
    /// From any thread; cheap while the loop is busy.
    void wake() noexcept;
    /// Ends the loop. From another thread it returns once no step is under way.
    void stop() noexcept;
    /// Makes it ready to run again.
    void reset();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> woken_ = false;
    bool stopped_ = false;
    bool running_ = false;
    std::atomic<std::thread::id> thread_{};
};

}  // namespace punctual::detail
