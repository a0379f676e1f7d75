#include "stores/mongodb/unscheduled.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <deque>
#include <unordered_map>

#include "stores/mongodb/job_changes.hpp"
#include "stores/mongodb/job_editing.hpp"

namespace punctual::detail {

namespace {

void refuse_unwritten(MongoSession& session, MongoJobChanges& changes) {
    if (std::ranges::all_of(changes.all(), &MongoJobChange::is_written)) return;
    throw StoreUnavailableError(fmt::format("{} changes faster than its runs can be begun",
                                            session.connection.location().describe()));
}

}  // namespace

void start_beside_schedule(MongoSession& session, std::span<ClaimedRun> runs) {
    std::vector<std::string> ids;
    for (const ClaimedRun& run : runs) ids.push_back(run.job->id);
    MongoJobChanges changes(session);
    std::unordered_map<std::string_view, MongoJobChange*> by_id;
    for (MongoJob& job : find_jobs(session, ids)) {
        MongoJobChange& change = changes.add(std::move(job));
        by_id.emplace(change.job.id, &change);
    }
    for (const ClaimedRun& run : runs) {
        if (by_id.contains(run.job->id)) continue;
        throw JobLookupError(fmt::format("no job \"{}\" in {}", run.job->id,
                                         session.connection.location().describe()));
    }
    RunId next = session.take_run_ids(static_cast<std::int64_t>(runs.size()));
    for (ClaimedRun& run : runs) {
        MongoJobChange& change = *by_id.at(run.job->id);
        run.id = run.group = next++;
        run.generation = change.job.record.generation;
        run.attempt = 1;
        run.started = true;
        change.job.runs.push_back({.id = run.id,
                                   .group = run.group,
                                   .scheduled = run.scheduled,
                                   .due = run.due,
                                   .started = true,
                                   .owner = session.owner()});
        ++change.job.record.running;
        change.touch();
    }
    changes.write();
    refuse_unwritten(session, changes);
}

void begin_next_attempts(MongoSession& session, std::span<const ClaimedRun> runs) {
    std::vector<std::int64_t> generations;
    for (const ClaimedRun& run : runs) generations.push_back(run.generation);
    MongoJobChanges changes(session);
    changes.read(generations);
    for (const ClaimedRun& run : runs) {
        MongoJobChange* change = changes.find(run.generation);
        MongoRun* lost = change == nullptr ? nullptr : change->job.find_run(run.id, run.attempt);
        if (lost == nullptr) continue;
        ++lost->attempt;
        lost->started = false;
        lost->owner = session.owner();
        change->kind = MongoJobChange::Kind::update;
    }
    changes.write();
    refuse_unwritten(session, changes);
}

std::vector<ClaimedRun> find_unsettled(MongoSession& session) {
    std::deque<MongoJob> jobs;
    session.connection.find(MongoCollection::jobs, where("running", "$gt", 0), without_definition(),
                            [&](DocumentView document) { jobs.push_back(read_job(document)); });
    std::vector<MongoJob*> all;
    all.reserve(jobs.size());
    for (MongoJob& job : jobs) all.push_back(&job);
    session.define(all);
    std::vector<ClaimedRun> runs;
    for (const MongoJob& job : jobs) {
        for (const MongoRun& run : job.runs) {
            ClaimedRun& claimed = runs.emplace_back();
            claimed.id = run.id;
            claimed.job = job.record.definition;
            claimed.generation = job.record.generation;
            claimed.scheduled = run.scheduled;
            claimed.due = run.due;
            claimed.attempt = run.attempt;
            claimed.group = run.group;
            claimed.started = run.started;
        }
    }
    std::ranges::sort(runs, {}, &ClaimedRun::id);
    return runs;
}

}  // namespace punctual::detail
