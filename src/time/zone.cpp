#include "time/zone.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include <punctual/errors.hpp>

#include "time/civil.hpp"
#include "time/zone_names.hpp"

namespace punctual::detail {

namespace {

constexpr std::int64_t unlimited_past = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t unlimited_future = std::numeric_limits<std::int64_t>::max();
// Earlier than any transition in the tz database, later than absl's own limits.
constexpr std::int64_t before_all_zones = -(std::int64_t{1} << 40);
// absl extends the rules of a zone for 400 years; without rules a zone ends within this century.
constexpr std::int64_t rules_reach_at_least = 10'413'792'000;  // 2300-01-01

std::int32_t offset_at(const absl::TimeZone& zone, std::int64_t utc) {
    return zone.At(absl::FromUnixSeconds(utc)).offset;
}

std::int64_t transition_instant(const absl::TimeZone::CivilTransition& transition,
                                std::int32_t offset_before) {
    return (transition.from - absl::CivilSecond(1970, 1, 1)) - offset_before;
}

[[noreturn]] void throw_unknown_zone(std::string_view name) {
    std::string message = "unknown time zone \"" + std::string(name) + '"';
    if (const std::string nearest = nearest_zone_name(name); !nearest.empty()) {
        message += "; did you mean \"" + nearest + "\"?";
    } else {
        message += "; a name of the tz database is needed, such as \"Europe/Berlin\" or \"UTC\"";
    }
    throw TimeZoneError(message);
}

}  // namespace

struct ZoneLoader {
    static std::unique_ptr<Zone> load(std::string_view name) {
        absl::TimeZone zone;
        if (!is_zone_name(name) || !absl::LoadTimeZone(std::string(name), &zone)) {
            throw_unknown_zone(name);
        }
        return std::unique_ptr<Zone>(new Zone(std::string(name), table_of(zone)));
    }

    static Zone::Table table_of(const absl::TimeZone& zone) {
        std::vector<ZoneSpan> spans;
        std::int32_t offset = offset_at(zone, before_all_zones);
        spans.push_back({unlimited_past, unlimited_future, offset, 0});
        std::int64_t at = before_all_zones;
        absl::TimeZone::CivilTransition transition;
        while (zone.NextTransition(absl::FromUnixSeconds(at), &transition)) {
            at = transition_instant(transition, offset);
            const std::int32_t next_offset = offset_at(zone, at);
            // Changes of the abbreviation alone are transitions to absl.
            if (next_offset == offset) continue;
            spans.back().end = at;
            spans.push_back({at, unlimited_future, next_offset, offset});
            offset = next_offset;
        }
        const std::int64_t last = spans.back().begin;
        if (last < rules_reach_at_least) return {std::move(spans), unlimited_future};
        // The span after the last transition is found 400 years earlier, with its true end.
        spans.pop_back();
        return {std::move(spans), last};
    }
};

namespace {

class ZoneCache {
public:
    const Zone& get(std::string_view name) {
        const std::scoped_lock lock(mutex_);
        if (const auto found = zones_.find(name); found != zones_.end()) return *found->second;
        return *zones_.emplace(std::string(name), ZoneLoader::load(name)).first->second;
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<const Zone>, std::less<>> zones_;
};

}  // namespace

const Zone& Zone::load(std::string_view name) {
    // Never destroyed: other static objects may hold zones.
    static ZoneCache& cache = *new ZoneCache;
    return cache.get(name);
}

const Zone& Zone::utc() {
    static const Zone& zone = load("UTC");
    return zone;
}

Zone::Zone(std::string name, Table table)
    : name_(std::move(name)),
      spans_(std::move(table.spans)),
      repeats_from_(table.repeats_from),
      hint_(spans_.size() - 1) {}

ZoneSpan Zone::find_span(std::int64_t utc) const {
    std::int64_t shift = 0;
    if (utc >= repeats_from_) {
        shift = ((utc - repeats_from_) / seconds_per_400_years + 1) * seconds_per_400_years;
    }
    const auto after = std::upper_bound(
        spans_.begin(), spans_.end(), utc - shift,
        [](std::int64_t value, const ZoneSpan& span) { return value < span.begin; });
    ZoneSpan span = *std::prev(after);
    if (shift == 0) {
        hint_.store(static_cast<std::size_t>(after - spans_.begin()) - 1,
                    std::memory_order_relaxed);
    } else {
        span.begin += shift;
        span.end += shift;
    }
    return span;
}

WallMapping Zone::at_wall(std::int64_t wall) const {
    ZoneSpan span = span_at(wall - largest_offset);
    while (span.end <= wall - span.offset) {
        const ZoneSpan following = span_at(span.end);
        if (wall < following.begin + following.offset) {
            const std::int64_t moved = wall - span.offset;
            return {WallMapping::Kind::gap, moved, moved, following.begin};
        }
        span = following;
    }
    const std::int64_t first = wall - span.offset;
    if (first < span.end - largest_offset) {
        return {WallMapping::Kind::unique, first, first, 0};
    }
    const ZoneSpan following = span_at(span.end);
    const std::int64_t second = wall - following.offset;
    if (following.begin <= second && second < following.end) {
        return {WallMapping::Kind::fold, first, second, following.begin};
    }
    return {WallMapping::Kind::unique, first, first, 0};
}

std::optional<ZoneTransition> Zone::next_transition(std::int64_t utc) const {
    const ZoneSpan span = span_at(utc);
    if (span.end == unlimited_future) return std::nullopt;
    return ZoneTransition{span.end, span.offset, span_at(span.end).offset};
}

std::optional<ZoneTransition> Zone::transition_at_or_before(std::int64_t utc) const {
    const ZoneSpan span = span_at(utc);
    if (span.begin == unlimited_past) return std::nullopt;
    return ZoneTransition{span.begin, span.offset_before, span.offset};
}

}  // namespace punctual::detail
