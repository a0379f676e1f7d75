#include <punctual/triggers/combining.hpp>

#include "time/civil.hpp"
#include "time/zone.hpp"
#include "triggers/bound.hpp"
#include "triggers/children.hpp"
#include "triggers/excluded_dates.hpp"
#include "triggers/readers.hpp"
#include "triggers/search_steps.hpp"

#include <algorithm>

namespace punctual {
namespace detail {
namespace {

constexpr const char* type_name = "except";

class ExceptTrigger final : public TriggerImplementation {
public:
    ExceptTrigger(Trigger trigger, ExceptOptions options);

    std::optional<Instant> next(Instant after) const override;
    std::optional<Instant> previous(Instant before) const override;
    Value to_value() const override;
    std::string describe() const override;
    std::shared_ptr<const TriggerImplementation> resolve(std::optional<Instant> anchor,
                                                         TimeZone zone) const override;
    TimeZone timezone() const override { return zone_ ? zone_ : trigger_.timezone(); }
    Duration jitter() const override { return jitter_; }
    Instant end() const override { return trigger_.implementation()->end(); }
    std::string explain(Instant instant) const override { return trigger_.explain(instant); }
    std::vector<DaylightSavingNote> daylight_saving(Instant from, Instant until) const override {
        return trigger_.daylight_saving(from, until);
    }

private:
    const Zone& zone() const { return *zone_or_utc(timezone()).rules(); }
    const ExcludedDates::Range* excluded_range(Instant instant) const;
    /// The first instant on `day`, and one that no instant on an earlier day reaches.
    Instant begin_of(std::int32_t day) const;
    Instant end_before(std::int32_t day) const;

    Trigger trigger_;
    ExcludedDates dates_;
    TimeZone zone_;
    Triggers excluded_;
    Duration jitter_;
};

ExceptTrigger::ExceptTrigger(Trigger trigger, ExceptOptions options)
    : trigger_(trigger.resolve(std::nullopt, options.timezone)),
      dates_(options.dates),
      zone_(options.timezone),
      excluded_(with_timezone(std::move(options.triggers), timezone())),
      jitter_(options.jitter) {
    check_without_jitter(type_name, {trigger_});
    check_without_jitter(type_name, excluded_);
    check_not_negative(type_name, "jitter", jitter_);
}

const ExcludedDates::Range* ExceptTrigger::excluded_range(Instant instant) const {
    if (dates_.empty()) return nullptr;
    const std::int64_t second =
        std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
    const std::int64_t wall = second + zone().span_at(second).offset;
    return dates_.find(static_cast<std::int32_t>(floor_divide(wall, seconds_per_day)));
}

Instant ExceptTrigger::begin_of(std::int32_t day) const {
    const WallMapping midnight = zone().at_wall(day * seconds_per_day);
    const bool is_gap = midnight.kind == WallMapping::Kind::gap;
    return Instant(std::chrono::seconds(is_gap ? midnight.transition : midnight.first));
}

Instant ExceptTrigger::end_before(std::int32_t day) const {
    const WallMapping midnight = zone().at_wall(day * seconds_per_day);
    const bool is_gap = midnight.kind == WallMapping::Kind::gap;
    return Instant(std::chrono::seconds(is_gap ? midnight.transition : midnight.second));
}

std::optional<Instant> ExceptTrigger::next(Instant after) const {
    SearchSteps steps(type_name);
    auto instant = trigger_.next(after);
    while (instant) {
        steps.take();
        if (const auto* range = excluded_range(*instant)) {
            // Where a clock goes back over midnight the date comes twice: never jump backwards.
            const Instant last = begin_of(range->last + 1) - std::chrono::microseconds(1);
            instant = trigger_.next(std::max(*instant, last));
        } else if (any_names(excluded_, *instant)) {
            instant = trigger_.next(*instant);
        } else {
            return instant;
        }
    }
    return std::nullopt;
}

std::optional<Instant> ExceptTrigger::previous(Instant before) const {
    SearchSteps steps(type_name);
    auto instant = trigger_.previous(before);
    while (instant) {
        steps.take();
        if (const auto* range = excluded_range(*instant)) {
            instant = trigger_.previous(std::min(*instant, end_before(range->first)));
        } else if (any_names(excluded_, *instant)) {
            instant = trigger_.previous(*instant);
        } else {
            return instant;
        }
    }
    return std::nullopt;
}

Value ExceptTrigger::to_value() const {
    Value value = Value::object({{"type", type_name}, {"trigger", trigger_.to_value()}});
    if (!dates_.empty()) value.set("dates", dates_.to_value());
    if (!excluded_.empty()) value.set("triggers", write_children(excluded_));
    if (zone_) value.set("timezone", zone_.name());
    if (jitter_.count() != 0) value.set("jitter", seconds_value(jitter_));
    return value;
}

std::string ExceptTrigger::describe() const {
    std::string text = trigger_.describe();
    if (!dates_.empty()) text += ", except " + dates_.describe();
    for (const Trigger& excluded : excluded_) text += "; except " + excluded.describe();
    return text;
}

std::shared_ptr<const TriggerImplementation> ExceptTrigger::resolve(std::optional<Instant> anchor,
                                                                    TimeZone zone) const {
    auto resolved = std::make_shared<ExceptTrigger>(*this);
    resolved->trigger_ = trigger_.resolve(anchor, zone);
    if (!resolved->timezone()) resolved->zone_ = zone;
    auto excluded = resolve_children(excluded_, anchor, resolved->timezone());
    const bool changes = resolved->trigger_.implementation() != trigger_.implementation() ||
                         resolved->zone_ != zone_ || excluded;
    if (excluded) resolved->excluded_ = std::move(*excluded);
    return changes ? resolved : nullptr;
}

}  // namespace

std::shared_ptr<const TriggerImplementation> read_except(const Value& value) {
    OptionReader reader(value, type_name);
    const Trigger trigger = read_child(reader, "trigger");
    ExceptOptions options;
    options.dates = read_dates(reader);
    options.triggers = read_children(reader, "triggers");
    options.timezone = reader.timezone();
    options.jitter = reader.jitter();
    reader.finish();
    return std::make_shared<ExceptTrigger>(trigger, std::move(options));
}

}  // namespace detail

Trigger except(Trigger trigger, const ExceptOptions& options) {
    return Trigger(std::make_shared<detail::ExceptTrigger>(std::move(trigger), options));
}

}  // namespace punctual
