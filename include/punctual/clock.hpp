#pragma once
// Where a scheduler reads the time. Tests put in their own clock
// (`punctual/testing/manual_clock.hpp`).

#include <punctual/time.hpp>

#include <chrono>
#include <memory>

namespace punctual {

/// *Thread safety*: may be asked from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    /// What is due goes by it. It may be set, forwards and backwards.
    [[nodiscard]] virtual Instant now() noexcept = 0;
    /// How much time has passed since some moment, however `now` was set in between: what a
    /// `timeout` goes by. Without an override, by the system's steady clock.
    [[nodiscard]] virtual Duration elapsed() noexcept {
        return std::chrono::floor<std::chrono::microseconds>(
            std::chrono::steady_clock::now().time_since_epoch());
    }
};

/// The system's wall clock.
[[nodiscard]] std::shared_ptr<Clock> system_clock();

}  // namespace punctual
