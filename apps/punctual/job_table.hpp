#pragma once
// One job of a job file: its trigger, its command and its options.

#include <punctual/config.hpp>
#include <punctual/job.hpp>

#include <optional>
#include <string>

#include "table_reader.hpp"

namespace punctual::program {

/// What holds for every job of a file that does not say otherwise.
struct FileDefaults {
    JobDefaults options;
    TimeZone timezone;
    Instant now;
};

/// The job that `table` describes; nothing if it has a mistake, which is noted then.
[[nodiscard]] std::optional<JobRequest> read_job(const std::string& id, TableReader& table,
                                                 const FileDefaults& defaults);

}  // namespace punctual::program
