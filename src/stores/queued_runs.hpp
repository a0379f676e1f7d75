#pragma once
// Runs that wait within their job: when they make it due, and how durable stores keep them.

#include <punctual/stores/store.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace punctual::detail {

/// When the next instant of the job's trigger is due, whatever is queued; `never` without one.
[[nodiscard]] Instant scheduled_due(const JobRecord& job);
/// `never` if there is none.
[[nodiscard]] Instant earliest_queued(std::span<const QueuedRun> queued);

/// "scheduled due attempt;" for each run, times in microseconds: a store appends to it without
/// reading it.
[[nodiscard]] std::string encode_queued(std::span<const QueuedRun> queued);
/// *Throws* SerializationError for text that is not such.
[[nodiscard]] std::vector<QueuedRun> decode_queued(std::string_view text);

}  // namespace punctual::detail
