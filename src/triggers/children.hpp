#pragma once
// What triggers made of triggers have in common: their children.

#include <punctual/trigger.hpp>

#include "triggers/options.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace punctual::detail {

using Triggers = std::vector<Trigger>;

/// *Throws* TriggerError if one has jitter, which belongs to the whole.
void check_without_jitter(std::string_view type, const Triggers& children);

/// The child that `key` describes. *Throws* TriggerError.
[[nodiscard]] Trigger read_child(OptionReader& options, std::string_view key);
/// The children that the array `key` describes. *Throws* TriggerError that names the position.
[[nodiscard]] Triggers read_children(OptionReader& options, std::string_view key);
/// The array of their stored forms.
[[nodiscard]] Value write_children(const Triggers& children);

/// Each with what was left open filled in; nothing where nothing changes.
[[nodiscard]] std::optional<Triggers> resolve_children(const Triggers& children,
                                                       std::optional<Instant> anchor,
                                                       TimeZone zone);
/// The same with a zone alone; the children as they are where nothing changes.
[[nodiscard]] Triggers with_timezone(Triggers children, TimeZone zone);

/// The zone of all that have one; none where they differ.
[[nodiscard]] TimeZone common_timezone(const Triggers& children);

/// The smallest of their next instants, and the largest of their previous ones.
[[nodiscard]] std::optional<Instant> earliest_next(const Triggers& children, Instant after);
[[nodiscard]] std::optional<Instant> latest_previous(const Triggers& children, Instant before);

/// The first instant at or after `instant`, and the last at or before it.
[[nodiscard]] std::optional<Instant> next_from(const Trigger& trigger, Instant instant);
[[nodiscard]] std::optional<Instant> previous_until(const Trigger& trigger, Instant instant);

/// True if one of them has exactly this instant.
[[nodiscard]] bool any_names(const Triggers& children, Instant instant);

/// The first explanation that a child gives.
[[nodiscard]] std::string explain_by_children(const Triggers& children, Instant instant);
/// The notes of all children in the order of time.
[[nodiscard]] std::vector<DaylightSavingNote> notes_of_children(const Triggers& children,
                                                                Instant from, Instant until);

}  // namespace punctual::detail
