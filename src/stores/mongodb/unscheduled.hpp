#pragma once
// Runs of a MongoDB store apart from the passes of its engine.

#include <punctual/stores/store.hpp>

#include <span>
#include <vector>

#include "stores/mongodb/session.hpp"

namespace punctual::detail {

/// Puts runs on record, as started. *Throws* JobLookupError if one of the jobs is not there: then
/// none is put.
void start_beside_schedule(MongoSession& session, std::span<ClaimedRun> runs);

/// Runs that were lost after their start become their next attempts.
void begin_next_attempts(MongoSession& session, std::span<const ClaimedRun> runs);

/// All runs on record, in order of id.
[[nodiscard]] std::vector<ClaimedRun> find_unsettled(MongoSession& session);

}  // namespace punctual::detail
