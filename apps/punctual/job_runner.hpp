#pragma once
// The scheduler behind `punctual run`: from the start, through signals, to the end.

#include <punctual/schedulers/background.hpp>
#include <punctual/time.hpp>

#include <optional>
#include <string>

#include "file_jobs.hpp"
#include "job_file.hpp"
#include "run_log.hpp"

namespace punctual::program {

class JobRunner {
public:
    /// `store_url` is where the jobs are kept. *Throws* ConfigurationError for a URL that no
    /// component of this build understands.
    JobRunner(JobFile file, const std::string& store_url, LogForm form);

    /// Runs the jobs for `length`, or until SIGINT or SIGTERM; then lets running jobs finish,
    /// unless one more of them comes. SIGHUP reads the file again. Signals must be blocked
    /// (`signals.hpp`). *Throws* StoreError for a store that cannot be opened or is in use.
    void run(std::optional<Duration> length);

private:
    void greet(const FileChanges& changes);
    void wait_for_the_end(std::optional<Duration> length);
    void reload();
    void take_up(JobFile changed);
    void finish();
    [[nodiscard]] int count_running();

    JobFile file_;
    std::string store_name_;  // without a password
    RunLog log_;
    BackgroundScheduler scheduler_;
};

}  // namespace punctual::program
