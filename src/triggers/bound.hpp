#pragma once
// A point in time of a trigger, as written and as the instant that it means, in 16 bytes: a million
// resident jobs hold two each.

#include <punctual/time.hpp>

#include <cstdint>
#include <string>

namespace punctual::detail {

/// A start, an end or a run date. A plain value.
class Bound {
public:
    /// Not given.
    constexpr Bound() = default;
    /// As written; a wall time is read in `zone`, or as UTC where there is none.
    Bound(When written, TimeZone zone, Fold fold = Fold::first);
    /// Not written, but filled in.
    [[nodiscard]] static Bound filled_in(Instant instant);

    /// True if there is an instant, written or filled in.
    [[nodiscard]] bool given() const { return kind_ != Kind::none; }
    /// True if the instant depends on the zone.
    [[nodiscard]] bool is_wall_time() const { return kind_ == Kind::date || kind_ == Kind::wall; }
    [[nodiscard]] Instant instant() const {
        return Instant(std::chrono::microseconds(ticks_) - std::chrono::seconds(offset_));
    }
    /// As written; `When{}` if it was not.
    [[nodiscard]] When written() const;

private:
    enum class Kind : std::uint8_t { none, filled_in, instant, wall, date };
    std::int64_t ticks_ = 0;   // microseconds, on the wall or since the epoch
    std::int32_t offset_ = 0;  // seconds from the instant to the wall time
    Kind kind_ = Kind::none;
};

/// "2025-01-01", "2025-01-01 09:00", "2025-01-01T08:00:00Z": for descriptions.
[[nodiscard]] std::string describe_when(const When& when);

/// `zone`, or UTC where there is none.
[[nodiscard]] inline TimeZone zone_or_utc(TimeZone zone) {
    return zone ? zone : TimeZone::utc();
}

}  // namespace punctual::detail
