#include "stores/mongodb/recovery.hpp"

#include <unordered_map>

#include "stores/mongodb/bulk.hpp"
#include "stores/mongodb/job_changes.hpp"
#include "stores/mongodb/job_editing.hpp"

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
};

std::unordered_map<RunId, Outcome> find_outcomes(MongoSession& session,
                                                 std::span<const RunId> runs) {
    std::unordered_map<RunId, Outcome> outcomes;
    while (!runs.empty()) {
        const auto some = runs.first(std::min(runs.size(), most_asked_for));
        runs = runs.subspan(some.size());
        session.connection.find(
            MongoCollection::history, where("_id", "$in", some),
            Document("projection", Document("attempt", 1).add("ends_group", 1).add("state", 1)),
            [&](DocumentView record) {
                outcomes[record.integer("_id")] = {record.text("state") == "cancelled",
                                                   record.integer("attempt"),
                                                   record.boolean("ends_group")};
            });
    }
    return outcomes;
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
    for (MongoJobChange& change : changes.all()) {
        const std::vector<MongoRun> on_record = change.job.runs;
        for (const MongoRun& run : on_record) {
            const auto outcome = outcomes.find(run.id);
            if (outcome == outcomes.end() || outcome->second.attempt != run.attempt) continue;
            // The removal of its job may not have come further than that.
            if (outcome->second.is_cancelled && !run.started) continue;
            change.job.settle(run.id, outcome->second.ends_group);
            change.touch();
        }
    }
    changes.write();
}

}  // namespace punctual::detail
