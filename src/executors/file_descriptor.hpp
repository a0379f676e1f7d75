#pragma once
// Ownership of what the kernel hands out by number.

#include <punctual/time.hpp>

#include <chrono>
#include <span>
#include <string>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace punctual::detail {

/// Closes its descriptor. *Thread safety*: distinct objects safe.
class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int number) : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~FileDescriptor() { close(); }

    /// -1 if there is none.
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }
    void close() {
        if (is_open()) ::close(std::exchange(number_, -1));
    }

private:
    int number_ = -1;
};

/// Wakes a thread that waits with `poll`. *Thread safety*: safe.
class WakeUp {
public:
    /// *Throws* ExecutorError if the system has no descriptor left.
    WakeUp();
    /// The descriptor to poll for input; readable from `raise` to `clear`.
    [[nodiscard]] int number() const { return event_.number(); }
    void raise() noexcept;
    void clear() noexcept;

private:
    FileDescriptor event_;
};

using SteadyTime = std::chrono::steady_clock::time_point;

/// The end of `length`, if it begins at `begin`; `SteadyTime::max()` for one that never ends.
[[nodiscard]] SteadyTime end_of(Duration length, SteadyTime begin);
[[nodiscard]] SteadyTime from_now(Duration length);

/// Waits until one of them is ready or `deadline` has come; `SteadyTime::max()`: without end. What
/// is ready is in `revents`; nothing is after an interruption.
void poll_until(std::span<pollfd> descriptors, SteadyTime deadline);

/// "No such file or directory": what the system says of `error`.
[[nodiscard]] std::string system_message(int error);

}  // namespace punctual::detail
