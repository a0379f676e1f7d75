#include "triggers/cron_trigger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "triggers/cron_description.hpp"
#include "triggers/daylight_saving.hpp"
#include "triggers/options.hpp"

namespace punctual::detail {

namespace {

std::int64_t floor_seconds(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

std::int64_t ceil_seconds(Instant instant) {
    return std::chrono::ceil<std::chrono::seconds>(instant).time_since_epoch().count();
}

Instant to_instant(std::int64_t second) {
    return Instant(std::chrono::seconds(second));
}

constexpr std::int64_t no_first_second = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t no_last_second = std::numeric_limits<std::int64_t>::max();

}  // namespace

CronTrigger::CronTrigger(const char* type, CronFields fields, const CronLimits& limits)
    : clock_(CronSchedule(std::move(fields)), limits.timezone, limits.dst),
      timezone_(limits.timezone),
      start_(limits.start_date, limits.timezone, Fold::first),
      end_(limits.end_date, limits.timezone, Fold::second),
      first_second_(start_.given() ? ceil_seconds(start_.instant()) : no_first_second),
      last_second_(end_.given() ? floor_seconds(end_.instant()) : no_last_second),
      jitter_(limits.jitter) {
    check_not_negative(type, "jitter", jitter_);
}

std::optional<Instant> CronTrigger::next(Instant after) const {
    const std::optional<std::int64_t> found =
        clock_.next(std::max(floor_seconds(after) + 1, first_second_));
    if (!found || *found > last_second_) return std::nullopt;
    return to_instant(*found);
}

std::optional<Instant> CronTrigger::previous(Instant before) const {
    const std::optional<std::int64_t> found =
        clock_.previous(std::min(ceil_seconds(before) - 1, last_second_));
    if (!found || *found < first_second_) return std::nullopt;
    return to_instant(*found);
}

std::int64_t CronTrigger::count(Instant first, Instant last) const {
    return clock_.count(std::max(ceil_seconds(first), first_second_),
                        std::min(floor_seconds(last), last_second_));
}

CronLimits CronTrigger::limits() const {
    return {start_.written(), end_.written(), timezone_, jitter_, clock_.dst()};
}

Value CronTrigger::to_value() const {
    Value value = fields_value();
    const CronLimits written = limits();
    if (written.start_date) value.set("start_date", written.start_date.to_string());
    if (written.end_date) value.set("end_date", written.end_date.to_string());
    if (timezone_) value.set("timezone", timezone_.name());
    if (jitter_.count() != 0) value.set("jitter", seconds_value(jitter_));
    if (written.dst != Dst::once) value.set("dst", dst_name(written.dst));
    return value;
}

std::string CronTrigger::describe() const {
    std::string text = describe_cron(schedule().fields());
    if (start_.given()) text += ", from " + describe_when(start_.written());
    if (end_.given()) text += ", until " + describe_when(end_.written());
    return timezone_ ? text + ", " + timezone_.name() : text;
}

std::shared_ptr<const TriggerImplementation> CronTrigger::resolve(std::optional<Instant>,
                                                                  TimeZone zone) const {
    return timezone_ || !zone ? nullptr : with_zone(zone);
}

Instant CronTrigger::end() const {
    return end_.given() ? end_.instant() : Instant::max();
}

std::string CronTrigger::explain(Instant instant) const {
    const std::int64_t utc = floor_seconds(instant);
    if (!clock_.follows_wall_clock() || clock_.count(utc, utc) == 0) return {};
    const ZoneSpan span = clock_.zone().span_at(utc);
    if (utc == span.begin && clock_.dst() == Dst::once) {
        if (const auto wall = clock_.in_gap(span)) return explain_gap(*wall);
    }
    const std::int64_t wall = utc + span.offset;
    const WallMapping mapping = clock_.zone().at_wall(wall);
    if (mapping.kind != WallMapping::Kind::fold) return {};
    return explain_fold(wall, utc == mapping.first);
}

std::vector<DaylightSavingNote> CronTrigger::daylight_saving(Instant from, Instant until) const {
    std::vector<DaylightSavingNote> notes;
    if (!clock_.follows_wall_clock() || from >= until) return notes;
    const Zone& zone = clock_.zone();
    const std::int64_t last = std::min(ceil_seconds(until) - 1, last_second_);
    auto change = zone.next_transition(std::max(ceil_seconds(from), first_second_) - 1);
    for (; change && change->at <= last; change = zone.next_transition(change->at)) {
        std::string text = note(zone.span_at(change->at));
        if (!text.empty()) notes.push_back({to_instant(change->at), std::move(text)});
    }
    return notes;
}

std::string CronTrigger::note(const ZoneSpan& span) const {
    if (const auto wall = clock_.in_gap(span)) {
        if (clock_.dst() != Dst::once) return note_skipped(*wall);
        return note_moved(*wall, span.begin + span.offset);
    }
    if (const auto wall = clock_.in_fold(span)) {
        return note_fold(*wall, clock_.dst() == Dst::literal);
    }
    return {};
}

CronLimits read_cron_limits(OptionReader& options) {
    return {options.when("start_date"), options.when("end_date"), options.timezone(),
            options.jitter(), options.dst()};
}

}  // namespace punctual::detail
