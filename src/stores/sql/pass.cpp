#include "stores/sql/pass.hpp"

#include <algorithm>

#include "stores/run_codec.hpp"
#include "stores/set_aside.hpp"

namespace punctual::detail {

namespace {

// Runs that a statement found, each to be taken once.
class RunsThere {
public:
    explicit RunsThere(std::vector<RunId> ids) : ids_(std::move(ids)), is_taken_(ids_.size()) {
        std::ranges::sort(ids_);
    }

    [[nodiscard]] bool take(RunId id) {
        const auto found = std::ranges::lower_bound(ids_, id);
        if (found == ids_.end() || *found != id) return false;
        const auto index = static_cast<std::size_t>(found - ids_.begin());
        if (is_taken_[index]) return false;
        return is_taken_[index] = true;
    }

private:
    std::vector<RunId> ids_;
    std::vector<bool> is_taken_;
};

}  // namespace

void SqlPass::run(const StoreBatch& batch) {
    settle_and_start(batch);
    const std::size_t records = work_.keeper.send_records();
    const bool has_settled = progress_.send_settled();
    for (const ClaimRequest& request : batch.claims) {
        // One more than wanted tells whether there are more.
        work_.session.jobs.send_claim({request.executor, request.limit + 1}, batch.now);
    }
    work_.session.connection->receive_and_drop(records);
    if (has_settled) receive_settled_jobs(batch.now);
    std::vector<SqlJob> due = receive_due(batch);
    work_.session.jobs.fill_in_definitions(due);
    if (batch.claims.size() > 1) {
        std::ranges::stable_sort(due, {}, [](const SqlJob& job) {
            return std::pair(job.record.due, -job.record.definition->settings->priority);
        });
    }
    for (const SqlJob& job : due) decide(job, *batch.decider, batch.now);
    write(batch.now);
}

void SqlPass::settle_and_start(const StoreBatch& batch) {
    SqlRunTable& runs = work_.session.runs;
    if (!batch.settlements.empty()) runs.send_take(batch.settlements);
    if (!batch.starts.empty()) runs.send_start(batch.starts, batch.now);
    if (!batch.settlements.empty()) settle(batch.settlements);
    if (batch.starts.empty()) return;
    RunsThere started(runs.receive_ids());
    for (const ClaimedRun& run : batch.starts) {
        if (!started.take(run.id)) result_.superseded.push_back(run.id);
    }
}

void SqlPass::settle(std::span<const Settlement> settlements) {
    RunsThere there(work_.session.runs.receive_ids());
    const bool keeps = work_.keeper.keeps();
    for (const Settlement& settlement : settlements) {
        // Each run is settled by the first of several settlements.
        if (!there.take(settlement.run.id)) {
            result_.superseded.push_back(settlement.run.id);
            continue;
        }
        progress_.settle(settlement.run.generation, settlement.run.job->id, settlement.ends_group,
                         keeps);
        if (keeps) work_.keeper.add(record_of(settlement));
        for (const QueueRequest& request : settlement.follow_ups) progress_.queue(request);
    }
}

void SqlPass::receive_settled_jobs(Instant now) {
    SqlRows rows = work_.session.connection->receive();
    while (rows.next()) {
        work_.keeper.note_size(rows.text(1), rows.integer(2));
        const bool has_ended = progress_.note_there(rows.integer(0));
        // What waits in the job may have its turn.
        if (has_ended && rows.integer(3) != 0) progress_.hasten(rows.integer(0), now);
    }
    // Jobs that were removed; there may be newer ones of their ids, which share the history.
    for (const SqlJobProgress::Settled& settled : progress_.settled()) {
        if (settled.is_there || settled.records == 0) continue;
        work_.keeper.change_size(settled.job_id, settled.records);
    }
}

std::vector<SqlJob> SqlPass::receive_due(const StoreBatch& batch) {
    std::vector<SqlJob> due;
    for (const ClaimRequest& request : batch.claims) {
        std::vector<SqlJob> jobs = work_.session.jobs.receive_jobs();
        if (jobs.size() > request.limit) {
            jobs.resize(request.limit);
            result_.more = true;
        }
        due.insert(due.end(), std::move_iterator(jobs.begin()), std::move_iterator(jobs.end()));
    }
    return due;
}

void SqlPass::decide(const SqlJob& job, Decider& decider, Instant now) {
    decision_.clear();
    try {
        decider.decide(job.record, decision_);
    } catch (...) {
        // One job must not keep the rest of the batch from running.
        progress_.set_aside(job.record.generation, now + pause_of_a_job_set_aside);
        return;
    }
    const bool keeps = work_.keeper.keeps();
    const auto records = static_cast<std::int64_t>(keeps ? decision_.not_run.size() : 0);
    progress_.move_on(job.record, decision_, records);
    if (records > 0) {
        work_.keeper.note_size(job.record.definition->id, job.history_size + records);
    }
    put_on_record(job, now);
}

void SqlPass::put_on_record(const SqlJob& job, Instant now) {
    const auto& definition = job.record.definition;
    SqlIdBlocks& ids = work_.session.run_ids;
    for (const NotRun& range : decision_.not_run) {
        if (work_.keeper.keeps()) {
            work_.keeper.add(record_of_not_run(ids.take(), definition->id, range, now));
        }
        result_.not_run.push_back({definition, range});
    }
    RunId group = 0;
    for (const NewRun& run : decision_.runs) {
        ClaimedRun& claimed = result_.claimed.emplace_back();
        claimed.id = ids.take();
        if (group == 0) group = claimed.id;
        claimed.job = definition;
        claimed.generation = job.record.generation;
        claimed.scheduled = run.scheduled;
        claimed.due = run.due;
        claimed.attempt = run.attempt;
        claimed.group = group;
        claimed.started = claimed.id == group;
    }
}

void SqlPass::write(Instant now) {
    SqlSession& session = work_.session;
    std::size_t answers = progress_.send_moved();
    answers += session.runs.send_insert(result_.claimed, now);
    answers += work_.keeper.send_records();
    session.jobs.send_remove_done();
    work_.keeper.send_trims(now);
    session.connection->receive_and_drop(answers);
    std::vector<SqlJob> done = session.jobs.receive_jobs();
    work_.keeper.receive_trims();
    result_.ended = session.jobs.finish_removal(done);
}

}  // namespace punctual::detail
