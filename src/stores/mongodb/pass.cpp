#include "stores/mongodb/pass.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <unordered_set>

#include "stores/run_codec.hpp"
#include "stores/set_aside.hpp"

namespace punctual::detail {

namespace {

constexpr int most_attempts = 5;
// Nobody claims more at once; limits are signed numbers in servers.
constexpr std::size_t most_claimed = 1'000'000;

}  // namespace

void MongoPass::run(const StoreBatch& batch) {
    Runs runs;
    for (const Settlement& settlement : batch.settlements) runs.settlements.push_back(&settlement);
    for (const ClaimedRun& run : batch.starts) runs.starts.push_back(&run);
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        MongoJobChanges changes(session_);
        MongoSettling settling(session_, changes);
        settle(changes, settling, runs, batch.now);
        if (attempt == 0 && !batch.claims.empty()) claim(changes, batch);
        changes.write();
        settling.deliver();
        if (attempt == 0) leave_out_unwritten(changes);
        take_ended(changes);
        runs = unwritten(changes, runs);
        if (runs.empty()) {
            session_.history.trim(batch.now);
            return;
        }
    }
    throw StoreUnavailableError(fmt::format("{} changes faster than its runs can be settled",
                                            session_.connection.location().describe()));
}

// --- Runs on record ---

void MongoPass::settle(MongoJobChanges& changes, MongoSettling& settling, const Runs& runs,
                       Instant now) {
    if (runs.empty()) return;
    std::unordered_set<std::int64_t> generations;
    std::unordered_set<std::string> targets;
    for (const Settlement* settlement : runs.settlements) {
        generations.insert(settlement->run.generation);
        for (const QueueRequest& request : settlement->follow_ups) {
            // Retries are the business of the job itself.
            if (request.generation != settlement->run.generation) targets.insert(request.job_id);
        }
    }
    for (const ClaimedRun* run : runs.starts) generations.insert(run->generation);
    changes.read(std::vector<std::int64_t>(generations.begin(), generations.end()));
    settling.read_targets(std::vector<std::string>(targets.begin(), targets.end()));
    std::vector<MongoRecord> records;
    for (const Settlement* settlement : runs.settlements) {
        auto record = settle(changes, settling, *settlement, now);
        if (record && session_.history.keeps()) records.push_back(std::move(*record));
    }
    for (const ClaimedRun* run : runs.starts) start(changes, *run);
    session_.history.add_outcomes(records);
}

std::optional<MongoRecord> MongoPass::settle(MongoJobChanges& changes, MongoSettling& settling,
                                             const Settlement& settlement, Instant now) {
    const ClaimedRun& run = settlement.run;
    MongoJobChange* change = changes.find(run.generation);
    if (change == nullptr || change->job.find_run(run.id, run.attempt) == nullptr) {
        result_.superseded.push_back(run.id);
        return std::nullopt;
    }
    // A job that was removed before has left already.
    if (change->job.removed == 0) definitions_.emplace(run.generation, run.job);
    settling.settle(*change, {.run = run.id,
                              .ends_group = settlement.ends_group,
                              .now = now,
                              .follow_ups = settlement.follow_ups});
    return MongoRecord{record_of(settlement), settlement.ends_group, settlement.follow_ups};
}

void MongoPass::start(MongoJobChanges& changes, const ClaimedRun& run) {
    MongoJobChange* change = changes.find(run.generation);
    MongoRun* on_record = change == nullptr ? nullptr : change->job.find_run(run.id, run.attempt);
    if (on_record == nullptr) {
        result_.superseded.push_back(run.id);
    } else if (!on_record->started) {
        on_record->started = true;
        change->touch();
    }
}

// --- Claims ---

std::vector<MongoJobChange*> MongoPass::find_due(MongoJobChanges& changes,
                                                 const StoreBatch& batch) {
    std::vector<MongoJobChange*> due;
    for (const ClaimRequest& request : batch.claims) {
        Document filter("executor", request.executor);
        filter.add("due", Document("$lte", batch.now));
        Document options = without_definition();
        // One more than asked for tells whether there is more.
        options.add("sort", Document("due", 1).add("priority", -1).add("_id", 1))
            .add("limit", std::min(request.limit, most_claimed) + 1);
        std::size_t found = 0;
        session_.connection.find(MongoCollection::jobs, filter, options,
                                 [&](DocumentView document) {
                                     if (++found > request.limit) {
                                         result_.more = true;
                                         return;
                                     }
                                     due.push_back(&changes.add(read_job(document)));
                                 });
    }
    if (batch.claims.size() > 1) {
        std::ranges::stable_sort(due, {}, [](const MongoJobChange* change) {
            return std::pair(change->job.record.due, -change->job.priority);
        });
    }
    return due;
}

void MongoPass::claim(MongoJobChanges& changes, const StoreBatch& batch) {
    const std::vector<MongoJobChange*> due = find_due(changes, batch);
    std::vector<MongoJob*> jobs;
    jobs.reserve(due.size());
    for (MongoJobChange* change : due) jobs.push_back(&change->job);
    session_.define(jobs);
    for (MongoJobChange* change : due) decide(*change, *batch.decider, batch.now);
}

void MongoPass::decide(MongoJobChange& change, Decider& decider, Instant now) {
    const JobRecord& record = change.job.record;
    decision_.clear();
    try {
        decider.decide(record, decision_);
    } catch (...) {
        // One job must not keep the rest of the batch from running.
        decision_.clear();
        decision_.next_run_time = record.next_run_time;
        decision_.due = now + pause_of_a_job_set_aside;
        decision_.last_run_time = record.last_run_time;
        decision_.state = record.state;
        decision_.queued = record.queued;
    }
    take_decision(change, now);
}

void MongoPass::take_decision(MongoJobChange& change, Instant now) {
    JobRecord& record = change.job.record;
    claims_.push_back({.generation = record.generation,
                       .first_run = result_.claimed.size(),
                       .first_not_run = result_.not_run.size(),
                       .runs = decision_.runs.size(),
                       .not_run = decision_.not_run.size()});
    record.next_run_time = decision_.next_run_time;
    record.due = decision_.due;
    record.last_run_time = decision_.last_run_time;
    record.state = decision_.state;
    record.queued = decision_.queued;
    const std::size_t wanted = decision_.runs.size() + decision_.not_run.size();
    RunId next = session_.take_run_ids(static_cast<std::int64_t>(wanted));
    const RunId group = next;
    if (!decision_.runs.empty()) ++record.running;
    for (const NewRun& run : decision_.runs) {
        ClaimedRun& claimed = result_.claimed.emplace_back();
        claimed.id = next++;
        claimed.job = record.definition;
        claimed.generation = record.generation;
        claimed.scheduled = run.scheduled;
        claimed.due = run.due;
        claimed.attempt = run.attempt;
        claimed.group = group;
        claimed.started = claimed.id == group;
        change.job.runs.push_back({.id = claimed.id,
                                   .group = group,
                                   .attempt = run.attempt,
                                   .scheduled = run.scheduled,
                                   .due = run.due,
                                   .started = claimed.started,
                                   .owner = session_.owner()});
    }
    for (const NotRun& range : decision_.not_run) {
        result_.not_run.push_back({record.definition, range});
        change.notes.push_back({record_of_not_run(0, record.definition->id, range, now), true});
        change.notes.back().record.id = next++;
    }
    definitions_.emplace(record.generation, record.definition);
    change.touch();
}

// --- What was written ---

void MongoPass::leave_out_unwritten(MongoJobChanges& changes) {
    for (std::size_t i = claims_.size(); i-- > 0;) {
        const Claim& claim = claims_[i];
        if (changes.find(claim.generation)->is_written) continue;
        result_.more = true;
        const auto run = result_.claimed.begin() + static_cast<std::ptrdiff_t>(claim.first_run);
        result_.claimed.erase(run, run + static_cast<std::ptrdiff_t>(claim.runs));
        const auto range =
            result_.not_run.begin() + static_cast<std::ptrdiff_t>(claim.first_not_run);
        result_.not_run.erase(range, range + static_cast<std::ptrdiff_t>(claim.not_run));
    }
}

void MongoPass::take_ended(MongoJobChanges& changes) {
    for (const MongoJobChange& change : changes.all()) {
        const bool is_gone = change.kind == MongoJobChange::Kind::leave && change.is_written;
        const auto definition = definitions_.find(change.job.record.generation);
        if (is_gone && definition != definitions_.end()) {
            result_.ended.push_back(definition->second);
        }
    }
}

MongoPass::Runs MongoPass::unwritten(MongoJobChanges& changes, const Runs& runs) const {
    const auto is_unwritten = [&](std::int64_t generation) {
        const MongoJobChange* change = changes.find(generation);
        return change != nullptr && change->kind != MongoJobChange::Kind::none &&
               !change->is_written;
    };
    Runs left;
    for (const Settlement* settlement : runs.settlements) {
        if (is_unwritten(settlement->run.generation)) left.settlements.push_back(settlement);
    }
    for (const ClaimedRun* run : runs.starts) {
        if (is_unwritten(run->generation)) left.starts.push_back(run);
    }
    return left;
}

}  // namespace punctual::detail
