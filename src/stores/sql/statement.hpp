#pragma once
// The statements of the store. Each dialect has a text for each of them; what they take and give is
// said here, once.

#include <cstddef>
#include <cstdint>

namespace punctual::detail {

/// "Jobs" as columns are: generation, version, next_run_time, due, last_run_time, running, state,
/// id, history_size, queued. "Runs" are: id, generation, job_id, scheduled, due, attempt, group_id,
/// started. "Columns of" says that the parameters are columns of one length.
enum class SqlStatement : std::uint8_t {
    /// Columns of generation, id, version, executor, state, next_run_time, due, last_run_time, rank
    /// (0 for the highest priority), queued (text, to which more can be appended).
    /// SqlDuplicateError if an id is there.
    insert_jobs,
    /// Columns of generation, version, added_at, task, arguments, trigger, options.
    insert_definitions,
    /// Columns of generation, version, executor, state, next_run_time, due, last_run_time, rank,
    /// queued.
    replace_jobs,
    /// As `insert_definitions`.
    replace_definitions,
    /// Columns of generation, state, next_run_time, due, last_run_time, groups that begin, records
    /// that came, queued.
    move_jobs_on,
    /// Columns of generation, due.
    set_jobs_aside,
    /// Columns of generation, groups that end, records that came; gives generation, id,
    /// history_size and whether any run is queued of those that are there.
    settle_jobs,
    /// Columns of generation, due: makes jobs that are not paused due then at the latest.
    hasten_jobs,
    /// Columns of generation (the second: id), queued, due: appends, and hastens.
    queue_in_generations,
    queue_in_jobs,
    /// Columns of id, records that came (negative: went).
    change_history_sizes,
    /// A column of generation.
    remove_jobs,
    remove_definitions,
    /// Nothing. Ended jobs without a run under way or queued; gives jobs.
    remove_done_jobs,
    remove_all_jobs,
    remove_all_definitions,
    /// A column of id; give jobs, the second locks them.
    find_jobs,
    lock_jobs,
    /// A column of generation. Gives jobs.
    find_generations,
    /// Next run time, generation and how many. Gives jobs.
    list_jobs,
    /// Executor, now and how many. Gives jobs, locked, leaving out those that others have locked.
    claim_jobs,
    /// A column of executor. Gives the earliest due of each, or of all, where there is a job.
    next_due,
    /// A column of generation. Gives generation, version (or null: that of the job), added_at,
    /// task, arguments, trigger, options.
    find_definitions,

    /// Columns of id, generation, job_id, scheduled, due, attempt, group_id, started.
    insert_runs,
    /// Now, and columns of id, attempt. Gives the ids of those that are there.
    start_runs,
    /// Columns of id, attempt. Gives the ids of those that were there.
    take_runs,
    /// Columns of id, attempt.
    retry_runs,
    /// Nothing. Gives runs.
    unsettled_runs,
    /// A column of generation. Gives runs that had not started.
    take_waiting_runs,
    take_all_waiting_runs,

    /// Columns of id, job_id, scheduled, until, count, due, started, finished, outcome, attempt,
    /// reason, output, result, progress.
    insert_history,
    /// Id below which, and how many; the second a job id besides. Give these columns.
    list_history,
    list_history_of_job,
    /// Columns of job_id, how many at most. Gives the job_id of each that went.
    remove_oldest_of_jobs,
    /// How many. Gives the job_id of each that went.
    remove_oldest,
    /// Of the oldest how many, those that ended before when. Gives the job_id of each that went.
    remove_ended,

    /// Nothing. Gives how many records there are.
    history_size,
    /// How many records came (negative: went).
    change_history_size,
    /// How many blocks of ids. Gives the first id of each.
    reserve_generations,
    reserve_runs,
};

inline constexpr std::size_t sql_statement_count =
    static_cast<std::size_t>(SqlStatement::reserve_runs) + 1;

/// What a connection for lookups has use for.
[[nodiscard]] constexpr bool only_reads(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::find_jobs:
        case SqlStatement::find_generations:
        case SqlStatement::list_jobs:
        case SqlStatement::next_due:
        case SqlStatement::find_definitions:
        case SqlStatement::unsettled_runs:
        case SqlStatement::list_history:
        case SqlStatement::list_history_of_job:
            return true;
        default:
            return false;
    }
}

}  // namespace punctual::detail
