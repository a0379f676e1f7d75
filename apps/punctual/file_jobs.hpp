#pragma once
// Makes the jobs of a scheduler those of a job file.

#include <punctual/scheduler.hpp>
#include <punctual/time.hpp>

#include <cstddef>

#include "job_file.hpp"

namespace punctual::program {

/// What became of jobs.
struct FileChanges {
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t removed = 0;
    /// In the file, but their last instant has passed.
    std::size_t over = 0;
};

/// Jobs that are not in the file are removed, new ones added, the others get its options. One whose
/// trigger is unchanged keeps its next run time, so that what is overdue is caught up. A job that
/// is over is not added; one that is overdue for the last time stays. *Throws* as
/// `Scheduler::add_jobs`.
FileChanges take_up_jobs(Scheduler& scheduler, const JobFile& file, Instant now);

}  // namespace punctual::program
