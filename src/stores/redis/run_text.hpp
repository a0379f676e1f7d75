#pragma once
// How runs and their records are written in Redis.

#include <punctual/stores/store.hpp>

#include <string>
#include <string_view>

namespace punctual::detail {

/// A run without an outcome: "attempt started generation scheduled due offset owner job-id".
/// `started` is - until it starts; `offset` is how many ids before it its group began.
[[nodiscard]] std::string write_run(const ClaimedRun& run, std::int64_t offset, Instant now,
                                    std::string_view owner);

struct RedisRun {
    ClaimedRun run;
    std::string job_id;
};
[[nodiscard]] RedisRun read_run(RunId id, std::string_view text);

/// A record of a run: "id finished size-of-job-id scheduled until count due started outcome
/// attempt size-of-reason size-of-output progress", a line feed, job id, reason, output, the text
/// of the progress, and the result in JSON. `progress` is -, or "fraction size-of-text".
[[nodiscard]] std::string write_record(const RunRecord& record);
/// The same without the id and the space after it.
[[nodiscard]] std::string write_record_without_id(const RunRecord& record);
[[nodiscard]] RunRecord read_record(std::string_view text);

/// What of a job changes: "version state next-run-time due last-run-time".
[[nodiscard]] std::string write_plan(const JobRecord& job);

/// The name of a job's keys: its generation in 15 digits.
[[nodiscard]] std::string name_generation(std::int64_t generation);

/// Two digits that sort as jobs of one due time are claimed: "00" is the highest priority.
[[nodiscard]] std::string write_rank(const JobSettings& settings);

}  // namespace punctual::detail
