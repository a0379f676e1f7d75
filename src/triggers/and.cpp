#include <punctual/triggers/combining.hpp>

#include "triggers/children.hpp"
#include "triggers/readers.hpp"
#include "triggers/search_steps.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace punctual {
namespace detail {
namespace {

constexpr const char* type_name = "and";

class AndTrigger final : public TriggerImplementation {
public:
    AndTrigger(Triggers children, Duration threshold, Duration jitter);

    std::optional<Instant> next(Instant after) const override;
    std::optional<Instant> previous(Instant before) const override;
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
    /// The last instant that counts as one with `instant`.
    Instant window_end(Instant instant) const;
    /// The first instant whose window reaches `instant`.
    Instant window_begin(Instant instant) const;

    Triggers children_;
    Duration threshold_;
    Duration jitter_;
    // The window [e, e + threshold) without its first instant; a threshold of 0 has none either.
    std::chrono::microseconds reach_;
};

AndTrigger::AndTrigger(Triggers children, Duration threshold, Duration jitter)
    : children_(std::move(children)),
      threshold_(threshold),
      jitter_(jitter),
      reach_(std::max<std::int64_t>(threshold.count() - 1, 0)) {
    if (children_.empty()) throw TriggerError("and: triggers is empty; give at least one");
    check_without_jitter(type_name, children_);
    check_not_negative(type_name, "threshold", threshold);
    check_not_negative(type_name, "jitter", jitter);
}

Instant AndTrigger::window_end(Instant instant) const {
    return Instant::max() - reach_ < instant ? Instant::max() : instant + reach_;
}

Instant AndTrigger::window_begin(Instant instant) const {
    return Instant::min() + reach_ > instant ? Instant::min() : instant - reach_;
}

std::optional<Instant> AndTrigger::next(Instant after) const {
    SearchSteps steps(type_name);
    auto candidate = earliest_next(children_, after);
    while (candidate) {
        steps.take();
        Instant latest = *candidate;
        for (const Trigger& child : children_) {
            const auto instant = next_from(child, *candidate);
            // Later candidates would miss this child too.
            if (!instant) return std::nullopt;
            latest = std::max(latest, *instant);
        }
        if (latest <= window_end(*candidate)) return candidate;
        // No window that begins earlier reaches the latest child.
        candidate = earliest_next(children_, window_begin(latest) - std::chrono::microseconds(1));
    }
    return std::nullopt;
}

std::optional<Instant> AndTrigger::previous(Instant before) const {
    SearchSteps steps(type_name);
    auto candidate = latest_previous(children_, before);
    while (candidate) {
        steps.take();
        std::optional<Instant> bound;
        for (const Trigger& child : children_) {
            const auto instant = next_from(child, *candidate);
            if (instant && *instant <= window_end(*candidate)) continue;
            // Nothing of this child lies in the window, so an answer is no later than what it has
            // before.
            const auto earlier = child.previous(*candidate);
            if (!earlier) return std::nullopt;
            bound = std::min(bound.value_or(*earlier), *earlier);
        }
        if (!bound) return candidate;
        // A child names the bound, so it is the latest candidate itself.
        candidate = bound;
    }
    return std::nullopt;
}

Value AndTrigger::to_value() const {
    Value value = Value::object({{"type", type_name}, {"triggers", write_children(children_)}});
    if (threshold_ != AndOptions().threshold) value.set("threshold", seconds_value(threshold_));
    if (jitter_.count() != 0) value.set("jitter", seconds_value(jitter_));
    return value;
}

std::string AndTrigger::describe() const {
    std::string text = children_.front().describe();
    for (std::size_t i = 1; i < children_.size(); ++i) {
        text += "; and at the same time " + children_[i].describe();
    }
    if (threshold_ == AndOptions().threshold) return text;
    return fmt::format("{} (less than {} apart)", text, format_duration(threshold_));
}

std::shared_ptr<const TriggerImplementation> AndTrigger::resolve(std::optional<Instant> anchor,
                                                                 TimeZone zone) const {
    auto resolved = resolve_children(children_, anchor, zone);
    if (!resolved) return nullptr;
    return std::make_shared<AndTrigger>(std::move(*resolved), threshold_, jitter_);
}

Instant AndTrigger::end() const {
    Instant earliest = Instant::max();
    for (const Trigger& child : children_) {
        earliest = std::min(earliest, child.implementation()->end());
    }
    return earliest;
}

}  // namespace

std::shared_ptr<const TriggerImplementation> read_and(const Value& value) {
    OptionReader options(value, type_name);
    Triggers children = read_children(options, "triggers");
    const Duration threshold = options.seconds("threshold", AndOptions().threshold);
    const TimeZone zone = options.timezone();
    const Duration jitter = options.jitter();
    options.finish();
    return std::make_shared<AndTrigger>(with_timezone(std::move(children), zone), threshold,
                                        jitter);
}

}  // namespace detail

Trigger all_of(std::vector<Trigger> triggers, const AndOptions& options) {
    return Trigger(std::make_shared<detail::AndTrigger>(
        detail::with_timezone(std::move(triggers), options.timezone), options.threshold,
        options.jitter));
}

Trigger operator&&(Trigger a, Trigger b) {
    return all_of({std::move(a), std::move(b)});
}

}  // namespace punctual
