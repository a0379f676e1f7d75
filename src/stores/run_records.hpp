#pragma once
// What goes on record of runs that ended, and of instants that did not run.

#include <punctual/stores/store.hpp>

#include <string>

namespace punctual::detail {

[[nodiscard]] RunRecord record_of(const Settlement& settlement);

/// The id is given by the store.
[[nodiscard]] RunRecord record_of(const std::string& job_id, const NotRun& range, Instant now);

}  // namespace punctual::detail
