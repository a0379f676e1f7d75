#pragma once
// What follows from the end of a run: its next attempt, or the jobs that start after it.

#include <punctual/stores/store.hpp>

#include <optional>

namespace punctual::detail {

/// Fills in `settlement.follow_ups`, by the options of its job. Jobs start after the last attempt
/// only.
void add_follow_ups(Settlement& settlement);

/// When the run is tried again, if it is.
[[nodiscard]] std::optional<Instant> retry_at(const Settlement& settlement);

}  // namespace punctual::detail
