#pragma once
// A thread that waits for a descriptor on behalf of one that must not: Boost.Fiber lets a thread
// sleep until another one wakes it, but not until a descriptor is readable.

#include <functional>
#include <mutex>
#include <thread>

#include "executors/file_descriptor.hpp"

namespace punctual::detail {

class DescriptorWatch {
public:
    /// `readable` is called on the thread. *Throws* ExecutorError if the system has no descriptor
    /// or thread left.
    DescriptorWatch(int descriptor, std::function<void()> readable);
    DescriptorWatch(const DescriptorWatch&) = delete;
    DescriptorWatch& operator=(const DescriptorWatch&) = delete;
    /// Ends the thread.
    ~DescriptorWatch();

    /// `readable` is called once, as soon as the descriptor is.
    void arm();

private:
    enum class State : std::uint8_t { idle, armed, ended };

    void work();
    void change(State state);
    [[nodiscard]] State state();

    const int descriptor_;
    const std::function<void()> readable_;
    WakeUp wake_up_;
    std::mutex mutex_;  // guards the state
    State state_ = State::idle;
    std::thread thread_;
};

}  // namespace punctual::detail
