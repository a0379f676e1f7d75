#include "stores/sqlite/pass.hpp"

#include <algorithm>

namespace punctual::detail {

namespace {

// A job that its decider could not deal with is tried again then.
constexpr auto pause_of_a_job_set_aside = std::chrono::seconds(60);

}  // namespace

void SqlitePass::run(const StoreBatch& batch) {
    for (const Settlement& settlement : batch.settlements) settle(settlement);
    for (const ClaimedRun& run : batch.starts) start(run, batch.now);
    if (!batch.claims.empty()) claim(batch);
    remove_done();
    keeper_.trim(batch.now);
}

void SqlitePass::settle(const Settlement& settlement) {
    if (work_.session.runs.settle(settlement.run)) {
        keeper_.settle(settlement);
    } else {
        result_.superseded.push_back(settlement.run.id);
    }
}

void SqlitePass::start(const ClaimedRun& run, Instant now) {
    if (!work_.session.runs.start(run, now)) result_.superseded.push_back(run.id);
}

void SqlitePass::claim(const StoreBatch& batch) {
    for (const JobRecord& job : find_due(batch)) decide(job, *batch.decider, batch.now);
}

std::vector<JobRecord> SqlitePass::find_due(const StoreBatch& batch) {
    std::vector<JobRecord> due;
    for (const ClaimRequest& request : batch.claims) {
        const std::size_t before = due.size();
        // One more than wanted tells whether there are more.
        work_.session.jobs.append_due({request.executor, request.limit + 1}, batch.now, due);
        if (due.size() - before > request.limit) {
            due.pop_back();
            result_.more = true;
        }
    }
    if (batch.claims.size() > 1) std::ranges::stable_sort(due, {}, &JobRecord::due);
    return due;
}

void SqlitePass::decide(const JobRecord& job, Decider& decider, Instant now) {
    decision_.clear();
    try {
        decider.decide(job, decision_);
    } catch (...) {
        // One job must not keep the rest of the batch from running.
        work_.session.jobs.set_aside(job.generation, now + pause_of_a_job_set_aside);
        return;
    }
    work_.session.jobs.move_on(job, decision_);
    put_on_record(job, now);
}

void SqlitePass::put_on_record(const JobRecord& job, Instant now) {
    for (const NotRun& range : decision_.not_run) {
        keeper_.add_not_run(*job.definition, range, now);
        result_.not_run.push_back({job.definition, range});
    }
    const RunId group = work_.counters.next_run;
    for (const NewRun& run : decision_.runs) {
        ClaimedRun& claimed = result_.claimed.emplace_back();
        claimed.id = work_.counters.next_run++;
        claimed.job = job.definition;
        claimed.generation = job.generation;
        claimed.scheduled = run.scheduled;
        claimed.due = run.due;
        claimed.group = group;
        claimed.started = claimed.id == group;
        work_.session.runs.insert(claimed, now);
    }
}

void SqlitePass::remove_done() {
    for (const JobRecord& job : work_.session.jobs.done()) {
        work_.session.jobs.remove(job.generation);
        result_.ended.push_back(job.definition);
    }
}

}  // namespace punctual::detail
