#include "triggers/cron_clock.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "time/civil.hpp"

namespace punctual::detail {

namespace {

constexpr std::int64_t earliest_utc =
    days_from_civil({cron_first_year, 1, 1}) * seconds_per_day - largest_offset;
constexpr std::int64_t latest_utc =
    days_from_civil({cron_last_year + 1, 1, 1}) * seconds_per_day + largest_offset;

}  // namespace

CronClock::CronClock(CronSchedule schedule, TimeZone zone, Dst dst)
    : schedule_(std::move(schedule)),
      zone_(zone ? zone.rules() : &Zone::utc()),
      dst_(dst),
      follows_wall_clock_(schedule_.fields().hours != every_hour),
      skips_repeated_(follows_wall_clock_ && dst != Dst::literal) {}

std::optional<std::int64_t> CronClock::next(std::int64_t utc) const {
    utc = std::max(utc, earliest_utc);
    while (utc <= latest_utc) {
        const ZoneSpan span = zone_->span_at(utc);
        if (utc == span.begin && runs_at_begin(span)) return utc;
        const std::optional<std::int64_t> wall = schedule_.next(first_wall(span, utc));
        if (wall && *wall - span.offset < span.end) [[likely]] {
            return *wall - span.offset;
        }
        const bool fold_may_follow = utc >= span.end - 2 * largest_offset;
        if (fold_may_follow) {
            utc = span.end;
        } else if (wall) {
            // Up to here later spans show wall times that were found not to match.
            utc = std::max(span.end, *wall - largest_offset);
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<std::int64_t> CronClock::previous(std::int64_t utc) const {
    utc = std::min(utc, latest_utc);
    while (utc >= earliest_utc) {
        const ZoneSpan span = zone_->span_at(utc);
        const std::optional<std::int64_t> wall = schedule_.previous(utc + span.offset);
        if (wall && belongs_to(span, *wall)) return *wall - span.offset;
        if (runs_at_begin(span)) return span.begin;
        const bool fold_may_precede = utc < span.begin + 2 * largest_offset;
        if (fold_may_precede) {
            utc = span.begin - 1;
        } else if (wall) {
            utc = std::min(span.begin - 1, *wall + largest_offset);
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

std::int64_t CronClock::count(std::int64_t first, std::int64_t last) const {
    first = std::max(first, earliest_utc);
    last = std::min(last, latest_utc);
    std::int64_t total = 0;
    while (first <= last) {
        const ZoneSpan span = zone_->span_at(first);
        total += count_in(span, first, std::min(last, span.end - 1));
        if (span.end > last) break;
        first = span.end;
    }
    return total;
}

std::int64_t CronClock::count_in(const ZoneSpan& span, std::int64_t first,
                                 std::int64_t last) const {
    const std::int64_t from = first_wall(span, first);
    const std::int64_t total = schedule_.count(from, last + span.offset);
    if (first != span.begin || !runs_at_begin(span)) return total;
    // A wall time moved to the beginning of the span coincides with one that is there anyway.
    return total + 1 - schedule_.count(from, from);
}

std::optional<std::int64_t> CronClock::in_gap(const ZoneSpan& span) const {
    if (span.offset_before >= span.offset) return std::nullopt;
    if (span.begin == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
    const std::optional<std::int64_t> wall = schedule_.next(span.begin + span.offset_before);
    return wall && *wall < span.begin + span.offset ? wall : std::nullopt;
}

std::optional<std::int64_t> CronClock::in_fold(const ZoneSpan& span) const {
    if (span.offset_before <= span.offset) return std::nullopt;
    if (span.begin == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
    const std::optional<std::int64_t> wall = schedule_.next(span.begin + span.offset);
    return wall && *wall < span.begin + span.offset_before ? wall : std::nullopt;
}

bool CronClock::runs_at_begin(const ZoneSpan& span) const {
    return skips_repeated_ && dst_ == Dst::once && in_gap(span).has_value();
}

// The wall time at `utc`, or the first one after it that the clock has not shown before.
std::int64_t CronClock::first_wall(const ZoneSpan& span, std::int64_t utc) const {
    const std::int64_t wall = utc + span.offset;
    return skips_repeated_ ? std::max(wall, span.begin + span.offset_before) : wall;
}

bool CronClock::belongs_to(const ZoneSpan& span, std::int64_t wall) const {
    if (skips_repeated_ && wall < span.begin + span.offset_before) return false;
    return wall - span.offset >= span.begin;
}

}  // namespace punctual::detail
