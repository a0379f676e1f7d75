#include "executors/event_poll.hpp"

#include <punctual/errors.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <limits>

namespace punctual::detail {

namespace {

// Rounded up: a wait that ends too early would be followed by one of nothing.
int milliseconds_until(SteadyTime deadline) {
    if (deadline == SteadyTime::max()) return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    constexpr std::int64_t longest = std::numeric_limits<int>::max();
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, longest));
}

}  // namespace

EventPoll::EventPoll() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!descriptor_.is_open()) {
        throw ExecutorError("cannot make an epoll descriptor: " + system_message(errno));
    }
}

void EventPoll::add(int descriptor, std::uint32_t events, void* owner) {
    epoll_event event{.events = events, .data = {.ptr = owner}};
    if (::epoll_ctl(descriptor_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
        throw ExecutorError("cannot watch a descriptor: " + system_message(errno));
    }
}

void EventPoll::change(int descriptor, std::uint32_t events, void* owner) noexcept {
    epoll_event event{.events = events, .data = {.ptr = owner}};
    ::epoll_ctl(descriptor_.number(), EPOLL_CTL_MOD, descriptor, &event);
}

void EventPoll::remove(int descriptor) noexcept {
    ::epoll_ctl(descriptor_.number(), EPOLL_CTL_DEL, descriptor, nullptr);
}

std::span<const epoll_event> EventPoll::wait(SteadyTime deadline) {
    const int ready = ::epoll_wait(descriptor_.number(), events_.data(),
                                   static_cast<int>(events_.size()), milliseconds_until(deadline));
    return std::span(events_).first(static_cast<std::size_t>(std::max(ready, 0)));
}

}  // namespace punctual::detail
