#pragma once
// The rules of what waits within a job: retries, instants that found `max_instances` reached, and
// runs that the end of another job asked for. Pure, as all of deciding.

#include <punctual/stores/store.hpp>

#include <span>

namespace punctual::detail {

/// Whether instants that are due have to queue behind what waits already.
[[nodiscard]] bool waits_in_line(const JobRecord& job, Instant now);

/// The runs that were decided on wait instead.
void put_in_line(Decision& decision);

/// What becomes, by the policy of the job, of first attempts that are due and have to wait: with
/// `full`, because `max_instances` is reached. Returns true if the runs under way are to stop.
[[nodiscard]] bool apply_policy(const JobSettings& settings, Instant now, bool full,
                                Decision& decision);

/// Takes the run whose turn it is, if there is one. Its grace time is judged when it begins.
void start_queued(const JobSettings& settings, Instant now, Decision& decision);

/// When the job is to be looked at again for what waits; what waits for the end of a run is not
/// waited for here.
[[nodiscard]] Instant next_turn(std::span<const QueuedRun> queued, Instant now, bool has_room);

}  // namespace punctual::detail
