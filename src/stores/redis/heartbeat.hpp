#pragma once
// Tells the server of a Redis store from time to time that its scheduler lives.

#include <punctual/time.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace punctual::detail {

/// Calls `beat` each `interval`, in a thread of its own, until it is destroyed. `beat` does not
/// throw.
class RedisHeartbeat {
public:
    RedisHeartbeat(Duration interval, std::function<void()> beat);
    ~RedisHeartbeat();
    RedisHeartbeat(const RedisHeartbeat&) = delete;
    RedisHeartbeat& operator=(const RedisHeartbeat&) = delete;

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
