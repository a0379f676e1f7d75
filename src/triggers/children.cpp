#include "triggers/children.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace punctual::detail {

void check_without_jitter(std::string_view type, const Triggers& children) {
    for (const Trigger& child : children) {
        if (child.jitter().count() == 0) continue;
        throw TriggerError(fmt::format("{}: jitter of {} inside; give it to the whole instead",
                                       type, format_duration(child.jitter())));
    }
}

namespace {

Trigger read_at(const OptionReader& options, const std::string& place, const Value& value) {
    try {
        return Trigger::from_value(value);
    } catch (const TriggerError& error) {
        throw TriggerError(fmt::format("{}: {}: {}", options.type(), place, error.what()));
    }
}

}  // namespace

Trigger read_child(OptionReader& options, std::string_view key) {
    return read_at(options, std::string(key), options.require(key));
}

Triggers read_children(OptionReader& options, std::string_view key) {
    Triggers children;
    for (const Value& item : options.array(key)) {
        children.push_back(read_at(options, fmt::format("{}[{}]", key, children.size()), item));
    }
    return children;
}

Value write_children(const Triggers& children) {
    Value::Array array;
    array.reserve(children.size());
    for (const Trigger& child : children) array.push_back(child.to_value());
    return array;
}

std::optional<Triggers> resolve_children(const Triggers& children, std::optional<Instant> anchor,
                                         TimeZone zone) {
    Triggers resolved;
    resolved.reserve(children.size());
    bool changes = false;
    for (const Trigger& child : children) {
        resolved.push_back(child.resolve(anchor, zone));
        changes = changes || resolved.back().implementation() != child.implementation();
    }
    return changes ? std::optional(std::move(resolved)) : std::nullopt;
}

Triggers with_timezone(Triggers children, TimeZone zone) {
    return resolve_children(children, std::nullopt, zone).value_or(std::move(children));
}

TimeZone common_timezone(const Triggers& children) {
    TimeZone common;
    for (const Trigger& child : children) {
        const TimeZone zone = child.timezone();
        if (zone && common && zone != common) return {};
        if (zone) common = zone;
    }
    return common;
}

std::optional<Instant> earliest_next(const Triggers& children, Instant after) {
    std::optional<Instant> earliest;
    for (const Trigger& child : children) {
        const auto instant = child.next(after);
        if (instant && (!earliest || *instant < *earliest)) earliest = instant;
    }
    return earliest;
}

std::optional<Instant> latest_previous(const Triggers& children, Instant before) {
    std::optional<Instant> latest;
    for (const Trigger& child : children) {
        const auto instant = child.previous(before);
        if (instant && (!latest || *instant > *latest)) latest = instant;
    }
    return latest;
}

std::optional<Instant> next_from(const Trigger& trigger, Instant instant) {
    // At the end of the range the instant before does not exist; nothing can name that end either.
    if (instant == Instant::min()) return trigger.next(instant);
    return trigger.next(instant - std::chrono::microseconds(1));
}

std::optional<Instant> previous_until(const Trigger& trigger, Instant instant) {
    if (instant == Instant::max()) return trigger.previous(instant);
    return trigger.previous(instant + std::chrono::microseconds(1));
}

bool any_names(const Triggers& children, Instant instant) {
    return std::any_of(children.begin(), children.end(),
                       [&](const Trigger& child) { return next_from(child, instant) == instant; });
}

std::string explain_by_children(const Triggers& children, Instant instant) {
    for (const Trigger& child : children) {
        if (std::string reason = child.explain(instant); !reason.empty()) return reason;
    }
    return {};
}

std::vector<DaylightSavingNote> notes_of_children(const Triggers& children, Instant from,
                                                  Instant until) {
    std::vector<DaylightSavingNote> notes;
    for (const Trigger& child : children) {
        for (DaylightSavingNote& note : child.daylight_saving(from, until)) {
            notes.push_back(std::move(note));
        }
    }
    std::stable_sort(notes.begin(), notes.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    return notes;
}

}  // namespace punctual::detail
