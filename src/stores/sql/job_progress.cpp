#include "stores/sql/job_progress.hpp"

#include <algorithm>
#include <map>

namespace punctual::detail {

void SqlJobProgress::settle(std::int64_t generation, std::string_view job_id, bool ends_group,
                            bool is_kept) {
    settled_.push_back({.generation = generation,
                        .job_id = job_id,
                        .groups = ends_group ? 1 : 0,
                        .records = is_kept ? 1 : 0});
}

void SqlJobProgress::unite_settled() {
    std::ranges::sort(settled_, {}, &Settled::generation);
    auto last = settled_.begin();
    for (auto next = last + 1; next != settled_.end(); ++next) {
        if (next->generation == last->generation) {
            last->groups += next->groups;
            last->records += next->records;
        } else {
            *++last = *next;
        }
    }
    settled_.erase(last + 1, settled_.end());
}

bool SqlJobProgress::send_settled() {
    if (settled_.empty()) return false;
    unite_settled();
    SqlIntegers generation, groups, records;
    for (const Settled& settled : settled_) {
        generation.add(settled.generation);
        groups.add(settled.groups);
        records.add(settled.records);
    }
    connection_.send(SqlStatement::settle_jobs, {&generation, &groups, &records});
    return true;
}

bool SqlJobProgress::note_there(std::int64_t generation) {
    const auto found = std::ranges::lower_bound(settled_, generation, {}, &Settled::generation);
    if (found == settled_.end() || found->generation != generation) return false;
    found->is_there = true;
    return found->groups > 0;
}

void SqlJobProgress::move_on(const JobRecord& job, const Decision& decision, std::int64_t records) {
    generation_.add(job.generation);
    state_.add(static_cast<std::int64_t>(decision.state));
    next_run_time_.add(decision.next_run_time);
    due_.add(decision.due);
    last_run_time_.add(decision.last_run_time);
    groups_.add(std::int64_t{decision.runs.empty() ? 0 : 1});
    records_.add(records);
    queued_.add(decision.queued);
}

void SqlJobProgress::set_aside(std::int64_t generation, Instant due) {
    aside_generation_.add(generation);
    aside_due_.add(due);
}

std::size_t SqlJobProgress::send_moved() {
    std::size_t answers = 0;
    if (!generation_.empty()) {
        connection_.send(SqlStatement::move_jobs_on,
                         {&generation_, &state_, &next_run_time_, &due_, &last_run_time_, &groups_,
                          &records_, &queued_.texts()});
        ++answers;
    }
    if (!aside_generation_.empty()) {
        connection_.send(SqlStatement::set_jobs_aside, {&aside_generation_, &aside_due_});
        ++answers;
    }
    if (!hastened_generation_.empty()) {
        connection_.send(SqlStatement::hasten_jobs, {&hastened_generation_, &hastened_due_});
        ++answers;
    }
    return answers + send_queued();
}

void SqlJobProgress::hasten(std::int64_t generation, Instant due) {
    hastened_generation_.add(generation);
    hastened_due_.add(due);
}

// A job stands in each statement once: most databases change a row once in a statement.
std::size_t SqlJobProgress::send_queued() {
    if (requests_.empty()) return 0;
    std::map<std::int64_t, std::vector<QueuedRun>> by_generation;
    std::map<std::string_view, std::vector<QueuedRun>> by_id;
    for (const QueueRequest* request : requests_) {
        auto& runs =
            request->generation != 0 ? by_generation[request->generation] : by_id[request->job_id];
        runs.push_back(request->run);
    }
    SqlIntegers generation, generation_due, id_due;
    SqlTexts id(SqlTextKind::bytes);
    SqlQueuedColumn generation_queued, id_queued;
    for (const auto& [key, runs] : by_generation) {
        generation.add(key);
        generation_queued.add(runs);
        generation_due.add(earliest_queued(runs));
    }
    for (const auto& [key, runs] : by_id) {
        id.add(key);
        id_queued.add(runs);
        id_due.add(earliest_queued(runs));
    }
    if (!by_generation.empty()) {
        connection_.send(SqlStatement::queue_in_generations,
                         {&generation, &generation_queued.texts(), &generation_due});
    }
    if (!by_id.empty()) {
        connection_.send(SqlStatement::queue_in_jobs, {&id, &id_queued.texts(), &id_due});
    }
    return (by_generation.empty() ? 0U : 1U) + (by_id.empty() ? 0U : 1U);
}

}  // namespace punctual::detail
