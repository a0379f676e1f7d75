#include "stores/redis/heartbeat.hpp"

#include <chrono>
#include <exception>
#include <utility>

namespace punctual::detail {

RedisHeartbeat::RedisHeartbeat(Duration interval, std::function<void()> beat)
    : interval_(interval), beat_(std::move(beat)), thread_([this] { run(); }) {}

RedisHeartbeat::~RedisHeartbeat() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void RedisHeartbeat::run() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::microseconds(interval_),
                              [this] { return stopped_; })) {
        lock.unlock();
        try {
            beat_();
        } catch (const std::exception&) {
            // The next one may come through, within the lease.
        }
        lock.lock();
    }
}

}  // namespace punctual::detail
