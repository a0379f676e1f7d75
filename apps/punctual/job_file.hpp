#pragma once
// A file of jobs in TOML: settings at the top, then a table for each job.
//
//     timezone = "Europe/Berlin"
//
//     [jobs.backup]
//     crontab = "30 2 * * *"
//     command = "pg_dump shop > /backup/shop.sql"
//     timeout = "1h"
//
// docs/job-file.md has all keys.

#include <punctual/job.hpp>
#include <punctual/stores/store.hpp>
#include <punctual/time.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "mistakes.hpp"

namespace punctual::program {

/// What a file says. Its jobs have all that the file's defaults fill in.
struct JobFile {
    /// As it was given; stands in messages.
    std::string path;
    TimeZone timezone = TimeZone::utc();
    /// A URL; empty: the file does not say.
    std::string store;
    int max_commands = 20;
    History history;
    /// Those without a mistake, in the order of the file.
    std::vector<JobRequest> jobs;
    /// In the order of the file; empty if all is well.
    std::vector<Mistake> mistakes;
};

/// `now` tells a trigger that never fires from one whose time has passed.
/// *Throws* ConfigurationError for text that is no TOML.
[[nodiscard]] JobFile parse_job_file(std::string_view text, const std::string& path, Instant now);
/// *Throws* ConfigurationError as `parse_job_file`, and for a file that cannot be read.
[[nodiscard]] JobFile read_job_file(const std::string& path, Instant now);

/// "jobs.toml:12: jobs.backup.timeout is …".
[[nodiscard]] std::string format_mistake(const JobFile& file, const Mistake& mistake);

}  // namespace punctual::program
