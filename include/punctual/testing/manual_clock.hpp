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
    [[nodiscard]] Duration elapsed() noexcept override { return elapsed_.load(); }
    /// Forwards or backwards, as a system's clock may be set: no time passes by that.
    void set(Instant instant) { now_ = instant; }
    /// Time passes.
    void advance(Duration by) {
        now_ = now_.load() + by;
        elapsed_ = elapsed_.load() + by;
    }

private:
    std::atomic<Instant> now_;
    std::atomic<std::chrono::microseconds> elapsed_{};
};

}  // namespace punctual::testing
