#include "stores/heartbeat.hpp"

#include <chrono>
#include <utility>

namespace punctual::detail {

Heartbeat::Heartbeat(Duration interval, std::function<void()> beat)
    : interval_(interval), beat_(std::move(beat)), thread_([this] { run(); }) {}

Heartbeat::~Heartbeat() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Heartbeat::run() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::microseconds(interval_),
                              [this] { return stopped_; })) {
        lock.unlock();
        beat_();
        lock.lock();
    }
}

}  // namespace punctual::detail
