#include "stores/sql/job_progress.hpp"

namespace punctual::detail {

void SqlJobProgress::settle(std::int64_t generation, const std::string& job_id, bool ends_group,
                            bool is_kept) {
    Settled& settled = settled_[generation];
    if (settled.job_id.empty()) settled.job_id = job_id;
    if (ends_group) ++settled.groups;
    if (is_kept) ++settled.records;
}

bool SqlJobProgress::send_settled() {
    if (settled_.empty()) return false;
    SqlIntegers generation, groups, records;
    for (const auto& [key, settled] : settled_) {
        generation.add(key);
        groups.add(settled.groups);
        records.add(settled.records);
    }
    connection_.send(SqlStatement::settle_jobs, {&generation, &groups, &records});
    return true;
}

void SqlJobProgress::move_on(const JobRecord& job, const Decision& decision, std::int64_t records) {
    generation_.add(job.generation);
    state_.add(static_cast<std::int64_t>(decision.state));
    next_run_time_.add(decision.next_run_time);
    due_.add(decision.due);
    last_run_time_.add(decision.last_run_time);
    groups_.add(std::int64_t{decision.runs.empty() ? 0 : 1});
    records_.add(records);
}

void SqlJobProgress::set_aside(std::int64_t generation, Instant due) {
    aside_generation_.add(generation);
    aside_due_.add(due);
}

std::size_t SqlJobProgress::send_moved() {
    std::size_t answers = 0;
    if (!generation_.empty()) {
        connection_.send(SqlStatement::move_jobs_on, {&generation_, &state_, &next_run_time_, &due_,
                                                      &last_run_time_, &groups_, &records_});
        ++answers;
    }
    if (!aside_generation_.empty()) {
        connection_.send(SqlStatement::set_jobs_aside, {&aside_generation_, &aside_due_});
        ++answers;
    }
    return answers;
}

}  // namespace punctual::detail
