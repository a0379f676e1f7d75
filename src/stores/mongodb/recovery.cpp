#include "stores/mongodb/recovery.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "stores/mongodb/bulk.hpp"
#include "stores/mongodb/follow_ups.hpp"
#include "stores/mongodb/job_changes.hpp"
#include "stores/mongodb/job_editing.hpp"
#include "stores/mongodb/settling.hpp"

namespace punctual::detail {

namespace {

constexpr std::size_t most_asked_for = 50'000;

// A server may still come to a change whose answer was lost. It is done only to the revision that
// it expects, so that a new revision keeps it from being done from now on.
void bar_late_changes(MongoSession& session) {
    MongoBulk bulk(session.connection, MongoCollection::jobs);
    for (const ExpectedJob& job : session.uncertain_jobs) {
        Document filter("_id", job.generation);
        filter.add("revision", job.revision);
        bulk.update(filter, Document("$set", Document("revision", job.revision + 1)));
    }
    bulk.execute();
    session.uncertain_jobs.clear();
}

// Of jobs that were added together and did not all come in, none stay.
void take_back_additions(MongoSession& session, DocumentView store) {
    const std::int64_t last = store.integer("generations");
    Document range("$gt", last - store.integer("adding"));
    range.add("$lte", last);
    session.connection.remove(MongoCollection::jobs, Document("_id", range));
    session.change_store({.unsets = Document("adding", "")});
}

struct Outcome {
    bool is_cancelled;
    std::int64_t attempt;
    bool ends_group;
    Instant finished;
    std::vector<QueueRequest> follow_ups;
};

Outcome read_outcome(DocumentView record) {
    Outcome outcome{.is_cancelled = record.text("state") == "cancelled",
                    .attempt = record.integer("attempt"),
                    .ends_group = record.boolean("ends_group"),
                    .finished = record.instant("finished"),
                    .follow_ups = {}};
    for (const DocumentView request : record.documents("follow_ups")) {
        outcome.follow_ups.push_back(read_request(request));
    }
    return outcome;
}

using Outcomes = std::unordered_map<RunId, Outcome>;

Outcomes find_outcomes(MongoSession& session, std::span<const RunId> runs) {
    Outcomes outcomes;
    while (!runs.empty()) {
        const auto some = runs.first(std::min(runs.size(), most_asked_for));
        runs = runs.subspan(some.size());
        session.connection.find(
            MongoCollection::history, where("_id", "$in", some),
            Document("projection", Document("output", 0).add("result", 0)),
            [&](DocumentView record) { outcomes[record.integer("_id")] = read_outcome(record); });
    }
    return outcomes;
}

std::vector<std::string> find_ids_of_targets(const Outcomes& outcomes) {
    std::unordered_set<std::string> ids;
    for (const auto& [run, outcome] : outcomes) {
        for (const QueueRequest& request : outcome.follow_ups) ids.insert(request.job_id);
    }
    return {ids.begin(), ids.end()};
}

/// Of those outcomes that ask for runs, or that do not.
void finish_settlements(MongoSettling& settling, MongoJobChange& change, const Outcomes& outcomes,
                        bool asks) {
    const std::vector<MongoRun> on_record = change.job.runs;
    for (const MongoRun& run : on_record) {
        const auto found = outcomes.find(run.id);
        if (found == outcomes.end()) continue;
        const Outcome& outcome = found->second;
        if (outcome.attempt != run.attempt || outcome.follow_ups.empty() == asks) continue;
        // The removal of its job may not have come further than that.
        if (outcome.is_cancelled && !run.started) continue;
        settling.settle(change, {.run = run.id,
                                 .ends_group = outcome.ends_group,
                                 .now = outcome.finished,
                                 .follow_ups = outcome.follow_ups});
    }
}

}  // namespace

void begin_step(MongoSession& session) {
    if (session.is_uncertain) recover(session);
    session.make_certain_of_ownership();
    session.is_uncertain = true;
}

void recover(MongoSession& session) {
    session.renew();
    bar_late_changes(session);
    const auto store = session.connection.find_one(MongoCollection::store, store_document_filter());
    if (!store) return;
    const DocumentView state = store->view();
    if (state.has("adding")) take_back_additions(session, state);
    if (state.has("journal")) {
        apply_journal(session, state.integer("journal"));
    } else {
        session.connection.remove(MongoCollection::journal, Document());
        move_all_notes(session);
    }
    if (state.has("removing")) finish_removal(session, state);
    deliver_follow_ups(session);
    session.is_uncertain = false;
}

void finish_settlements(MongoSession& session) {
    MongoJobChanges changes(session);
    std::vector<RunId> runs;
    session.connection.find(MongoCollection::jobs, where("running", "$gt", 0), without_definition(),
                            [&](DocumentView document) {
                                const MongoJobChange& change = changes.add(read_job(document));
                                for (const MongoRun& run : change.job.runs) runs.push_back(run.id);
                            });
    if (runs.empty()) return;
    const auto outcomes = find_outcomes(session, runs);
    MongoSettling settling(session, changes);
    settling.read_targets(find_ids_of_targets(outcomes));
    // Which of them ended first is not known any more: a job whose last run ended is not to be
    // gone before it was asked for another.
    for (const bool asks : {true, false}) {
        for (MongoJobChange& change : changes.all()) {
            finish_settlements(settling, change, outcomes, asks);
        }
    }
    changes.write();
    settling.deliver();
}

}  // namespace punctual::detail
