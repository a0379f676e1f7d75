#include <punctual/triggers/calendar_interval.hpp>

#include "time/civil.hpp"
#include "time/zone.hpp"
#include "triggers/bound.hpp"
#include "triggers/calendar_steps.hpp"
#include "triggers/daylight_saving.hpp"
#include "triggers/options.hpp"
#include "triggers/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace punctual {
namespace detail {
namespace {

constexpr const char* type_name = "calendar_interval";

struct WholeOption {
    const char* key;
    int CalendarIntervalOptions::*field;
    WholeRange range;
};

// The amounts end where a step would pass the last year in any case.
constexpr std::array<WholeOption, 7> whole_options = {
    {{"years", &CalendarIntervalOptions::years, {0, 9999}},
     {"months", &CalendarIntervalOptions::months, {0, 9999 * 12}},
     {"weeks", &CalendarIntervalOptions::weeks, {0, 9999 * 53}},
     {"days", &CalendarIntervalOptions::days, {0, 9999 * 366}},
     {"hour", &CalendarIntervalOptions::hour, {0, 23}},
     {"minute", &CalendarIntervalOptions::minute, {0, 59}},
     {"second", &CalendarIntervalOptions::second, {0, 59}}}};

std::int32_t day_of(WallTime wall) {
    return static_cast<std::int32_t>(
        std::chrono::floor<std::chrono::days>(wall).time_since_epoch().count());
}

void check_date(const char* key, const When& when) {
    if (!when || when.is_date()) return;
    throw TriggerError(
        fmt::format("{}: {} is {}; a date without a time is needed, such as "
                    "2025-01-31: the time goes into hour, minute and second",
                    type_name, key, when.to_string()));
}

void check_options(const CalendarIntervalOptions& options) {
    for (const auto& [key, field, range] : whole_options) {
        if (options.*field >= range.first && options.*field <= range.last) continue;
        throw TriggerError(fmt::format("{}: {} is {}; a whole number from {} to {} is needed",
                                       type_name, key, options.*field, range.first, range.last));
    }
    if (options.years == 0 && options.months == 0 && options.weeks == 0 && options.days == 0) {
        throw TriggerError(fmt::format(
            "{}: years, months, weeks and days are all 0; one must be at least 1", type_name));
    }
    check_date("start_date", options.start_date);
    check_date("end_date", options.end_date);
    check_not_negative(type_name, "jitter", options.jitter);
}

class CalendarIntervalTrigger final : public TriggerImplementation {
public:
    explicit CalendarIntervalTrigger(const CalendarIntervalOptions& options);

    std::optional<Instant> next(Instant after) const override;
    std::optional<Instant> previous(Instant before) const override;
    Value to_value() const override;
    std::string describe() const override;
    std::shared_ptr<const TriggerImplementation> resolve(std::optional<Instant> anchor,
                                                         TimeZone zone) const override;
    TimeZone timezone() const override { return options_.timezone; }
    Duration jitter() const override { return options_.jitter; }
    Instant end() const override;
    std::string explain(Instant instant) const override;
    std::vector<DaylightSavingNote> daylight_saving(Instant from, Instant until) const override;

private:
    const Zone& zone() const { return *zone_or_utc(options_.timezone).rules(); }
    const CalendarSteps& dates() const;
    void start_on(std::int32_t date);
    std::int32_t last_date() const;
    /// The wall second of the run on `date`.
    std::int64_t wall_second(std::int32_t date) const;
    /// The UTC second of the run on `date`; none where the policy drops it.
    std::optional<std::int64_t> run_on(std::int32_t date) const;
    /// The date on the zone's calendar at a UTC second.
    std::int32_t date_at(std::int64_t second) const;
    std::string note(std::int64_t wall, const ZoneTransition& transition) const;

    CalendarIntervalOptions options_;
    // From the start as written in the options, or filled in.
    std::optional<CalendarSteps> steps_;
};

CalendarIntervalTrigger::CalendarIntervalTrigger(const CalendarIntervalOptions& options)
    : options_(options) {
    check_options(options);
    if (options.start_date) start_on(day_of(options.start_date.wall_time()));
}

void CalendarIntervalTrigger::start_on(std::int32_t date) {
    steps_.emplace(date, std::int64_t{options_.years} * 12 + options_.months,
                   std::int64_t{options_.weeks} * 7 + options_.days);
}

const CalendarSteps& CalendarIntervalTrigger::dates() const {
    if (steps_) return *steps_;
    throw TriggerError(
        "calendar_interval: start_date is open; resolve the trigger with the time of adding first");
}

std::int32_t CalendarIntervalTrigger::last_date() const {
    return options_.end_date ? day_of(options_.end_date.wall_time())
                             : days_from_civil({last_year, 12, 31});
}

std::int64_t CalendarIntervalTrigger::wall_second(std::int32_t date) const {
    return date * seconds_per_day + options_.hour * 3600 + options_.minute * 60 + options_.second;
}

std::optional<std::int64_t> CalendarIntervalTrigger::run_on(std::int32_t date) const {
    const WallMapping mapping = zone().at_wall(wall_second(date));
    if (mapping.kind != WallMapping::Kind::gap) return mapping.first;
    if (options_.dst != Dst::once) return std::nullopt;
    return mapping.transition;
}

std::int32_t CalendarIntervalTrigger::date_at(std::int64_t second) const {
    // Beyond these no date has a run, and offsets are known between them.
    constexpr std::int64_t earliest = days_from_civil({first_year - 1, 1, 1}) * seconds_per_day;
    constexpr std::int64_t latest = days_from_civil({last_year, 12, 31}) * seconds_per_day;
    const std::int64_t known = std::clamp(second, earliest, latest);
    const std::int64_t wall = second == known ? known + zone().span_at(known).offset : known;
    return static_cast<std::int32_t>(floor_divide(wall, seconds_per_day));
}

std::optional<Instant> CalendarIntervalTrigger::next(Instant after) const {
    const CalendarSteps& steps = dates();
    const auto second = std::chrono::floor<std::chrono::seconds>(after).time_since_epoch().count();
    // Runs keep the order of their dates; a run moved out of a gap belongs to the day before.
    auto date = steps.first_from(date_at(second) - 1);
    for (; date && *date <= last_date(); date = steps.following(*date)) {
        const auto run = run_on(*date);
        if (run && *run > second) return Instant(std::chrono::seconds(*run));
    }
    return std::nullopt;
}

std::optional<Instant> CalendarIntervalTrigger::previous(Instant before) const {
    const CalendarSteps& steps = dates();
    const auto second = std::chrono::ceil<std::chrono::seconds>(before).time_since_epoch().count();
    auto date = steps.last_until(std::min(date_at(second) + 1, last_date()));
    for (; date; date = steps.last_until(*date - 1)) {
        const auto run = run_on(*date);
        if (run && *run < second) return Instant(std::chrono::seconds(*run));
    }
    return std::nullopt;
}

Value CalendarIntervalTrigger::to_value() const {
    Value value = Value::object({{"type", type_name}});
    for (const WholeOption& option : whole_options) {
        if (options_.*option.field != 0) value.set(option.key, options_.*option.field);
    }
    if (options_.start_date) value.set("start_date", options_.start_date.to_string());
    if (options_.end_date) value.set("end_date", options_.end_date.to_string());
    if (options_.timezone) value.set("timezone", options_.timezone.name());
    if (options_.jitter.count() != 0) value.set("jitter", seconds_value(options_.jitter));
    if (options_.dst != Dst::once) value.set("dst", dst_name(options_.dst));
    return value;
}

std::string CalendarIntervalTrigger::describe() const {
    std::vector<std::string> amounts;
    for (std::size_t i = 0; i < 4; ++i) {
        const int amount = options_.*whole_options[i].field;
        const std::string_view plural = whole_options[i].key;
        if (amount == 1) amounts.emplace_back(plural.substr(0, plural.size() - 1));
        if (amount > 1) amounts.push_back(fmt::format("{} {}", amount, plural));
    }
    std::string text = fmt::format("every {} at {}", fmt::join(amounts, " and "),
                                   format_time_of_day(wall_second(0)));
    if (options_.start_date) text += " from " + describe_when(options_.start_date);
    if (options_.end_date) text += " until " + describe_when(options_.end_date);
    if (options_.timezone) text += ", " + options_.timezone.name();
    return text;
}

std::shared_ptr<const TriggerImplementation> CalendarIntervalTrigger::resolve(
    std::optional<Instant> anchor, TimeZone zone) const {
    const bool fills_zone = !options_.timezone && zone;
    const bool fills_start = !steps_ && anchor;
    if (!fills_zone && !fills_start) return nullptr;
    auto resolved = std::make_shared<CalendarIntervalTrigger>(*this);
    if (fills_zone) resolved->options_.timezone = zone;
    if (fills_start) {
        const TimeZone own = zone_or_utc(resolved->options_.timezone);
        resolved->start_on(day_of(own.wall_time(*anchor)));
    }
    return resolved;
}

Instant CalendarIntervalTrigger::end() const {
    if (!options_.end_date) return Instant::max();
    const std::int64_t midnight = (last_date() + 1) * seconds_per_day;
    const WallMapping mapping = zone().at_wall(midnight);
    const bool is_gap = mapping.kind == WallMapping::Kind::gap;
    return Instant(std::chrono::seconds(is_gap ? mapping.transition : mapping.second)) -
           std::chrono::microseconds(1);
}

std::string CalendarIntervalTrigger::explain(Instant instant) const {
    const CalendarSteps& steps = dates();
    const auto second =
        std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
    if (Instant(std::chrono::seconds(second)) != instant) return {};
    // A run moved out of a gap may share its instant with an ordinary one of the next date.
    auto date = steps.last_until(std::min(date_at(second), last_date()));
    for (; date && *date >= date_at(second) - 1; date = steps.last_until(*date - 1)) {
        if (run_on(*date) != second) continue;
        const std::int64_t wall = wall_second(*date);
        const WallMapping::Kind kind = zone().at_wall(wall).kind;
        if (kind == WallMapping::Kind::gap) return explain_gap(wall);
        return kind == WallMapping::Kind::fold ? explain_fold(wall) : std::string();
    }
    return {};
}

std::string CalendarIntervalTrigger::note(std::int64_t wall,
                                          const ZoneTransition& transition) const {
    if (transition.after < transition.before) return note_fold(wall, false);
    if (options_.dst != Dst::once) return note_skipped(wall);
    return note_moved(wall, transition.at + transition.after);
}

std::vector<DaylightSavingNote> CalendarIntervalTrigger::daylight_saving(Instant from,
                                                                         Instant until) const {
    const CalendarSteps& steps = dates();
    const auto seconds = [](Instant instant) {
        return std::chrono::ceil<std::chrono::seconds>(instant).time_since_epoch().count();
    };
    std::vector<DaylightSavingNote> notes;
    auto transition = zone().next_transition(seconds(from) - 1);
    for (; transition && transition->at < seconds(until);
         transition = zone().next_transition(transition->at)) {
        const std::int64_t low = transition->at + std::min(transition->before, transition->after);
        const std::int64_t high = transition->at + std::max(transition->before, transition->after);
        const auto first_day = static_cast<std::int32_t>(floor_divide(low, seconds_per_day));
        auto date = steps.first_from(first_day);
        for (; date && *date <= last_date() && wall_second(*date) < high;
             date = steps.following(*date)) {
            if (wall_second(*date) < low) continue;
            notes.push_back({Instant(std::chrono::seconds(transition->at)),
                             note(wall_second(*date), *transition)});
        }
    }
    return notes;
}

}  // namespace

std::shared_ptr<const TriggerImplementation> read_calendar_interval(const Value& value) {
    OptionReader reader(value, type_name);
    CalendarIntervalOptions options;
    for (const auto& [key, field, range] : whole_options) {
        options.*field = static_cast<int>(reader.whole(key, 0, range));
    }
    options.start_date = reader.when("start_date");
    options.end_date = reader.when("end_date");
    options.timezone = reader.timezone();
    options.jitter = reader.jitter();
    options.dst = reader.dst();
    reader.finish();
    return std::make_shared<CalendarIntervalTrigger>(options);
}

}  // namespace detail

Trigger calendar_interval(const CalendarIntervalOptions& options) {
    return Trigger(std::make_shared<detail::CalendarIntervalTrigger>(options));
}

}  // namespace punctual
