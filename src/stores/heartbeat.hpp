#pragma once
// Tells a server from time to time that the scheduler of a store lives.

#include <punctual/time.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace punctual::detail {

/// Calls `beat` each `interval`, in a thread of its own, until it is destroyed. `beat` does not
/// throw.
class Heartbeat {
public:
    Heartbeat(Duration interval, std::function<void()> beat);
    ~Heartbeat();
    Heartbeat(const Heartbeat&) = delete;
    Heartbeat& operator=(const Heartbeat&) = delete;

private:
    void run();

    Duration interval_;
    std::function<void()> beat_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace punctual::detail
