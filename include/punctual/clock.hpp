#pragma once
// Where a scheduler reads the time. Tests put in their own clock
// (`punctual/testing/manual_clock.hpp`).

#include <punctual/time.hpp>

#include <memory>

namespace punctual {

/// *Thread safety*: `now` may be called from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() noexcept = 0;
};

/// The system's wall clock.
[[nodiscard]] std::shared_ptr<Clock> system_clock();

}  // namespace punctual
