#include "executors/file_descriptor.hpp"

#include <punctual/errors.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/eventfd.h>

namespace punctual::detail {

WakeUp::WakeUp() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!event_.is_open()) {
        throw ExecutorError("cannot make an event descriptor: " + system_message(errno));
    }
}

void WakeUp::raise() noexcept {
    const std::uint64_t one = 1;
    // It only fails where the count is at its limit: raised it is all the same.
    static_cast<void>(!::write(event_.number(), &one, sizeof one));
}

void WakeUp::clear() noexcept {
    std::uint64_t count = 0;
    static_cast<void>(!::read(event_.number(), &count, sizeof count));
}

SteadyTime end_of(Duration length, SteadyTime begin) {
    // Compared in microseconds: `unlimited` does not fit into nanoseconds.
    const auto left = std::chrono::floor<std::chrono::microseconds>(SteadyTime::max() - begin);
    return length < left ? begin + length : SteadyTime::max();
}

SteadyTime from_now(Duration length) {
    return end_of(length, std::chrono::steady_clock::now());
}

void poll_until(std::span<pollfd> descriptors, SteadyTime deadline) {
    timespec timeout{};
    if (deadline != SteadyTime::max()) {
        const auto left =
            std::max(deadline - std::chrono::steady_clock::now(), SteadyTime::duration::zero());
        const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
        timeout = {.tv_sec = seconds.count(),
                   .tv_nsec = std::chrono::nanoseconds(left - seconds).count()};
    }
    const int ready = ::ppoll(descriptors.data(), descriptors.size(),
                              deadline == SteadyTime::max() ? nullptr : &timeout, nullptr);
    if (ready >= 0) return;
    for (pollfd& descriptor : descriptors) descriptor.revents = 0;
}

std::string system_message(int error) {
    return std::system_category().message(error);
}

}  // namespace punctual::detail
