#pragma once
// The trigger of a job in a job file: one key that names its kind, and options beside it.

#include <punctual/time.hpp>
#include <punctual/trigger.hpp>

#include <optional>

#include "table_reader.hpp"

namespace punctual::program {

/// The trigger that a job's table describes, in its own zone or else `zone`; its start stays open
/// where it is not given. Nothing if there is a mistake, which is noted. A trigger that has no
/// instant at all, before `now` or after, is one.
[[nodiscard]] std::optional<Trigger> read_trigger(TableReader& job, TimeZone zone, Instant now);

}  // namespace punctual::program
