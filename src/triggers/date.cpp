#include <punctual/triggers/date.hpp>

#include "time/zone.hpp"
#include "triggers/bound.hpp"
#include "triggers/daylight_saving.hpp"
#include "triggers/options.hpp"
#include "triggers/readers.hpp"

#include <fmt/format.h>

namespace punctual {
namespace detail {
namespace {

constexpr const char* type_name = "date";

class DateTrigger final : public TriggerImplementation {
public:
    DateTrigger(When run_date, TimeZone zone) : run_date_(run_date, zone), zone_(zone) {}

    std::optional<Instant> next(Instant after) const override {
        return instant() > after ? std::optional(instant()) : std::nullopt;
    }
    std::optional<Instant> previous(Instant before) const override {
        return instant() < before ? std::optional(instant()) : std::nullopt;
    }
    std::int64_t count(Instant first, Instant last) const override {
        return first <= instant() && instant() <= last ? 1 : 0;
    }
    Value to_value() const override;
    std::string describe() const override;
    std::shared_ptr<const TriggerImplementation> resolve(std::optional<Instant> anchor,
                                                         TimeZone zone) const override;
    TimeZone timezone() const override { return zone_; }
    Instant end() const override { return instant(); }
    std::string explain(Instant instant) const override;
    std::vector<DaylightSavingNote> daylight_saving(Instant from, Instant until) const override;

private:
    Instant instant() const;
    std::int64_t wall_second() const;
    WallMapping mapping() const;

    Bound run_date_;
    TimeZone zone_;
};
static_assert(sizeof(DateTrigger) <= 40);

Instant DateTrigger::instant() const {
    if (run_date_.given()) return run_date_.instant();
    throw TriggerError("date: run_date is open; resolve the trigger with the time of adding first");
}

std::int64_t DateTrigger::wall_second() const {
    const auto wall = run_date_.written().wall_time().time_since_epoch();
    return std::chrono::floor<std::chrono::seconds>(wall).count();
}

WallMapping DateTrigger::mapping() const {
    return zone_or_utc(zone_).rules()->at_wall(wall_second());
}

Value DateTrigger::to_value() const {
    Value value = Value::object({{"type", type_name}});
    if (const When written = run_date_.written()) value.set("run_date", written.to_string());
    if (zone_) value.set("timezone", zone_.name());
    return value;
}

std::string DateTrigger::describe() const {
    const When written = run_date_.written();
    if (!written) return "once, when added";
    return fmt::format("once, {} {}{}", written.is_date() ? "on" : "at", describe_when(written),
                       zone_ && run_date_.is_wall_time() ? ", " + zone_.name() : "");
}

std::shared_ptr<const TriggerImplementation> DateTrigger::resolve(std::optional<Instant> anchor,
                                                                  TimeZone zone) const {
    const bool fills_zone = !zone_ && zone;
    const bool fills_date = !run_date_.given() && anchor;
    if (!fills_zone && !fills_date) return nullptr;
    auto resolved = std::make_shared<DateTrigger>(*this);
    if (fills_zone) resolved->zone_ = zone;
    if (fills_date) {
        resolved->run_date_ = Bound::filled_in(*anchor);
    } else if (run_date_.is_wall_time()) {
        resolved->run_date_ = Bound(run_date_.written(), zone);
    }
    return resolved;
}

std::string DateTrigger::explain(Instant instant) const {
    if (!run_date_.is_wall_time() || instant != run_date_.instant()) return {};
    switch (mapping().kind) {
        case WallMapping::Kind::gap:
            return explain_gap(wall_second());
        case WallMapping::Kind::fold:
            return explain_fold(wall_second());
        case WallMapping::Kind::unique:
            return {};
    }
    return {};
}

std::vector<DaylightSavingNote> DateTrigger::daylight_saving(Instant from, Instant until) const {
    if (!run_date_.is_wall_time()) return {};
    const WallMapping found = mapping();
    const Instant at{std::chrono::seconds(found.transition)};
    if (found.kind == WallMapping::Kind::unique || at < from || at >= until) return {};
    if (found.kind == WallMapping::Kind::fold) return {{at, note_fold(wall_second(), false)}};
    const std::int64_t moved =
        found.first + zone_or_utc(zone_).rules()->span_at(found.first).offset;
    return {{at, note_moved(wall_second(), moved)}};
}

}  // namespace

std::shared_ptr<const TriggerImplementation> read_date(const Value& value) {
    OptionReader options(value, type_name);
    const When run_date = options.when("run_date");
    const TimeZone zone = options.timezone();
    options.finish();
    return std::make_shared<DateTrigger>(run_date, zone);
}

}  // namespace detail

Trigger at(When run_date, const DateOptions& options) {
    return Trigger(std::make_shared<detail::DateTrigger>(run_date, options.timezone));
}

}  // namespace punctual
