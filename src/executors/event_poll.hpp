#pragma once
// Waits for any of many descriptors, at a cost that does not grow with their number.

#include "executors/file_descriptor.hpp"

#include <array>
#include <cstdint>
#include <span>

#include <sys/epoll.h>

namespace punctual::detail {

/// *Thread safety*: distinct objects safe.
class EventPoll {
public:
    /// *Throws* ExecutorError if the system has no descriptor left.
    EventPoll();

    /// Watches `descriptor` for `events` (EPOLLIN, EPOLLOUT); `owner` comes back with them.
    /// *Throws* ExecutorError if that is not possible.
    void add(int descriptor, std::uint32_t events, void* owner);
    void change(int descriptor, std::uint32_t events, void* owner) noexcept;
    /// To be called before `descriptor` is closed: a copy of it in a child that was forked would
    /// keep it watched.
    void remove(int descriptor) noexcept;

    /// What is ready, at the latest at `deadline`; `SteadyTime::max()`: without end. Valid until
    /// the next call.
    [[nodiscard]] std::span<const epoll_event> wait(SteadyTime deadline);

private:
    FileDescriptor descriptor_;
    std::array<epoll_event, 64> events_{};
};

}  // namespace punctual::detail
