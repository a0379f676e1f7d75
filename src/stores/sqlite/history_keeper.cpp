#include "stores/sqlite/history_keeper.hpp"

#include <algorithm>

#include "stores/run_codec.hpp"

namespace punctual::detail {

namespace {

// At most so many records of a job leave at once, where the limit was lowered since.
constexpr std::int64_t largest_step = 1000;

}  // namespace

void SqliteHistoryKeeper::settle(const Settlement& settlement) {
    SqliteJobTable& jobs = work_.session.jobs;
    const std::int64_t generation = settlement.run.generation;
    if (!keeps()) {
        if (settlement.ends_group) jobs.end_group(generation);
        return;
    }
    const RunRecord record = record_of(settlement);
    insert(record);
    std::int64_t size = jobs.settle(generation, settlement.ends_group ? 1 : 0);
    // The job was removed; there may be a newer one of its id, which shares the history.
    if (size == 0) size = jobs.change_history(record.job_id, 1);
    trim_job(record.job_id, size);
}

void SqliteHistoryKeeper::add_not_run(const JobDefinition& job, const NotRun& range, Instant now) {
    if (!keeps()) return;
    add(record_of_not_run(work_.counters.next_run++, job.id, range, now));
}

void SqliteHistoryKeeper::add_cancelled(const ClaimedRun& run, const std::string& job_id,
                                        Instant now) {
    if (!keeps()) return;
    add(record_of_cancelled(run, job_id, now));
}

void SqliteHistoryKeeper::insert(const RunRecord& record) {
    work_.session.history.insert(record);
    ++work_.counters.history_size;
    ++added_;
}

void SqliteHistoryKeeper::add(const RunRecord& record) {
    insert(record);
    trim_job(record.job_id, work_.session.jobs.change_history(record.job_id, 1));
}

void SqliteHistoryKeeper::trim_job(const std::string& job_id, std::int64_t size) {
    const std::int64_t surplus = std::min(size - limits_.runs_per_job, largest_step);
    if (surplus <= 0) return;
    const std::int64_t removed = work_.session.history.remove_oldest_of(job_id, surplus);
    take_off({{job_id, removed}});
}

void SqliteHistoryKeeper::trim(Instant now) {
    if (added_ == 0) return;
    const std::int64_t step = 2 * added_ + 10;
    const std::int64_t surplus = std::min(work_.counters.history_size - limits_.runs, step);
    if (surplus > 0) take_off(work_.session.history.remove_oldest(surplus));
    // An age beyond 1970 is none.
    if (limits_.age < now.time_since_epoch()) {
        take_off(work_.session.history.remove_ended_before(now - limits_.age, step));
    }
}

void SqliteHistoryKeeper::take_off(const SqliteHistoryTable::Losses& losses) {
    for (const auto& [job_id, count] : losses) {
        work_.counters.history_size -= count;
        work_.session.jobs.change_history(job_id, -count);
    }
}

}  // namespace punctual::detail
