#pragma once
// The loop of a thread that sleeps until an instant of the wall clock, or until it is woken.

#include <punctual/time.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "executors/file_descriptor.hpp"

namespace punctual::detail {

class WakeLoop {
public:
    /// *Throws* ExecutorError if the system has no descriptor left.
    WakeLoop();

    /// Calls `step` again and again, each time at the instant that it returned, when woken, and
    /// when the system's clock was set, until stopped.
    void run(const std::function<Instant()>& step);
    /// From any thread; cheap while the loop is busy.
    void wake() noexcept;
    /// Ends the loop. From another thread it returns once no step is under way.
    void stop() noexcept;
    /// Makes it ready to run again.
    void reset();

private:
    enum class State : std::uint8_t { busy, woken, asleep };

    void sleep_until(Instant deadline);

    WakeUp wake_up_;
    FileDescriptor clock_set_;
    std::atomic<State> loop_ = State::busy;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool stopped_ = false;
    bool running_ = false;
    std::atomic<std::thread::id> thread_{};
};

}  // namespace punctual::detail
