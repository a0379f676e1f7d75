#include <punctual/triggers/combining.hpp>

#include "triggers/children.hpp"
#include "triggers/readers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace punctual {
namespace detail {
namespace {

constexpr const char* type_name = "or";

class OrTrigger final : public TriggerImplementation {
public:
    OrTrigger(Triggers children, Duration jitter);

    std::optional<Instant> next(Instant after) const override {
        return earliest_next(children_, after);
    }
    std::optional<Instant> previous(Instant before) const override {
        return latest_previous(children_, before);
    }
    Value to_value() const override;
    std::string describe() const override;
    std::shared_ptr<const TriggerImplementation> resolve(std::optional<Instant> anchor,
                                                         TimeZone zone) const override;
    TimeZone timezone() const override { return common_timezone(children_); }
    Duration jitter() const override { return jitter_; }
    Instant end() const override;
    std::string explain(Instant instant) const override {
        return explain_by_children(children_, instant);
    }
    std::vector<DaylightSavingNote> daylight_saving(Instant from, Instant until) const override {
        return notes_of_children(children_, from, until);
    }

private:
    Triggers children_;
    Duration jitter_;
};

OrTrigger::OrTrigger(Triggers children, Duration jitter)
    : children_(std::move(children)), jitter_(jitter) {
    if (children_.empty()) throw TriggerError("or: triggers is empty; give at least one");
    check_without_jitter(type_name, children_);
    check_not_negative(type_name, "jitter", jitter);
}

Value OrTrigger::to_value() const {
    Value value = Value::object({{"type", type_name}, {"triggers", write_children(children_)}});
    if (jitter_.count() != 0) value.set("jitter", seconds_value(jitter_));
    return value;
}

std::string OrTrigger::describe() const {
    std::string text = children_.front().describe();
    for (std::size_t i = 1; i < children_.size(); ++i) text += "; or " + children_[i].describe();
    return text;
}

std::shared_ptr<const TriggerImplementation> OrTrigger::resolve(std::optional<Instant> anchor,
                                                                TimeZone zone) const {
    auto resolved = resolve_children(children_, anchor, zone);
    return resolved ? std::make_shared<OrTrigger>(std::move(*resolved), jitter_) : nullptr;
}

Instant OrTrigger::end() const {
    Instant latest = Instant::min();
    for (const Trigger& child : children_) {
        latest = std::max(latest, child.implementation()->end());
    }
    return latest;
}

}  // namespace

std::shared_ptr<const TriggerImplementation> read_or(const Value& value) {
    OptionReader options(value, type_name);
    Triggers children = read_children(options, "triggers");
    const TimeZone zone = options.timezone();
    const Duration jitter = options.jitter();
    options.finish();
    return std::make_shared<OrTrigger>(with_timezone(std::move(children), zone), jitter);
}

}  // namespace detail

Trigger any_of(std::vector<Trigger> triggers, const OrOptions& options) {
    return Trigger(std::make_shared<detail::OrTrigger>(
        detail::with_timezone(std::move(triggers), options.timezone), options.jitter));
}

Trigger operator||(Trigger a, Trigger b) {
    return any_of({std::move(a), std::move(b)});
}

}  // namespace punctual
