#pragma once
// A clock that stands still until it is told to move.

#include <punctual/clock.hpp>

#include <atomic>

namespace punctual::testing {

/// *Thread safety*: safe.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant start) : now_(start) {}
    [[nodiscard]] Instant now() noexcept override { return now_; }
    /// Forwards or, as a system's clock may be set, backwards.
    void set(Instant instant) { now_ = instant; }
    void advance(Duration by) { now_ = now_.load() + by; }

private:
    std::atomic<Instant> now_;
};

}  // namespace punctual::testing
