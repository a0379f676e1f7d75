#pragma once
// A cron schedule on the clock of a zone: from wall times to instants, by the daylight saving
// policy. Instants are UTC seconds.

#include <punctual/time.hpp>

#include <cstdint>
#include <optional>

#include "time/zone.hpp"
#include "triggers/cron_schedule.hpp"

namespace punctual::detail {

/// *Thread safety*: safe; it is immutable.
class CronClock {
public:
    CronClock(CronSchedule schedule, TimeZone zone, Dst dst);

    [[nodiscard]] const CronSchedule& schedule() const { return schedule_; }
    [[nodiscard]] const Zone& zone() const { return *zone_; }
    /// The first instant at or after `utc`.
    [[nodiscard]] std::optional<std::int64_t> next(std::int64_t utc) const;
    /// The last instant at or before `utc`.
    [[nodiscard]] std::optional<std::int64_t> previous(std::int64_t utc) const;
    /// How many instants lie in [first, last].
    [[nodiscard]] std::int64_t count(std::int64_t first, std::int64_t last) const;

    /// The first wall time of the schedule that the clock skips at the beginning of `span`.
    [[nodiscard]] std::optional<std::int64_t> in_gap(const ZoneSpan& span) const;
    /// The first wall time of the schedule that the clock repeats from the beginning of `span` on.
    [[nodiscard]] std::optional<std::int64_t> in_fold(const ZoneSpan& span) const;

    /// True if the schedule names certain hours, and so follows the wall clock.
    [[nodiscard]] bool follows_wall_clock() const { return follows_wall_clock_; }
    [[nodiscard]] Dst dst() const { return dst_; }

private:
    [[nodiscard]] std::int64_t first_wall(const ZoneSpan& span, std::int64_t utc) const;
    [[nodiscard]] bool belongs_to(const ZoneSpan& span, std::int64_t wall) const;
    [[nodiscard]] bool runs_at_begin(const ZoneSpan& span) const;
    [[nodiscard]] std::int64_t count_in(const ZoneSpan& span, std::int64_t first,
                                        std::int64_t last) const;

    CronSchedule schedule_;
    const Zone* zone_;
    Dst dst_;
    bool follows_wall_clock_;
    bool skips_repeated_;
};

}  // namespace punctual::detail
