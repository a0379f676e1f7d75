#include "stores/mongodb/job_changes.hpp"

#include <unordered_set>

#include "stores/mongodb/bulk.hpp"

namespace punctual::detail {

namespace {

using Kind = MongoJobChange::Kind;

constexpr std::size_t most_asked_for = 50'000;

Document notes_of(std::span<const MongoRecord> notes) {
    std::vector<Document> documents;
    for (const MongoRecord& note : notes) documents.push_back(write_record(note));
    return {"notes", std::span<const Document>(documents)};
}

// A job that leaves, and that nobody finds any more.
MongoJob out_of_sight(MongoJob job) {
    job.removed = job.record.generation;
    job.record.next_run_time = job.record.due = never;
    return job;
}

// Only those that were moved: others may have come meanwhile.
void forget_notes(MongoBulk& bulk, std::int64_t generation, RunId first) {
    Document filter("_id", generation);
    filter.add("notes._id", first);
    bulk.update(filter, Document("$unset", Document("notes", "")));
}

}  // namespace

Document without_definition() {
    return {"projection", Document("definition", 0).add("notes", 0).add("follow_ups", 0)};
}

void MongoJobChanges::read(std::span<const std::int64_t> generations) {
    while (!generations.empty()) {
        const auto some = generations.first(std::min(generations.size(), most_asked_for));
        generations = generations.subspan(some.size());
        session_.connection.find(MongoCollection::jobs, where("_id", "$in", some),
                                 without_definition(),
                                 [this](DocumentView document) { add(read_job(document)); });
    }
}

MongoJobChange& MongoJobChanges::add(MongoJob job) {
    MongoJobChange*& known = by_generation_[job.record.generation];
    if (known == nullptr) {
        known = &changes_.emplace_back();
        known->job = std::move(job);
    }
    return *known;
}

MongoJobChange* MongoJobChanges::find(std::int64_t generation) {
    const auto found = by_generation_.find(generation);
    return found == by_generation_.end() ? nullptr : found->second;
}

Document MongoJobChanges::filter_of(const MongoJobChange& change) const {
    Document filter("_id", change.job.record.generation);
    filter.add("revision", change.job.revision);
    return filter;
}

Document MongoJobChanges::fields_of(const MongoJobChange& change, std::int64_t token) const {
    Document fields("revision", change.job.revision + 1);
    fields.add("change", token);
    if (change.kind == Kind::leave) {
        write_state(fields, out_of_sight(change.job));
        return fields;
    }
    write_state(fields, change.job);
    if (change.definition) {
        write_definition(fields, change.job, *change.definition);
    }
    if (!change.notes.empty() && session_.history.keeps()) {
        bson_concat(fields.get(), notes_of(change.notes).get());
    }
    return fields;
}

void MongoJobChanges::write() {
    const std::int64_t token = session_.next_token();
    MongoBulk bulk(session_.connection, MongoCollection::jobs);
    std::vector<MongoRecord> last_words;
    std::vector<ExpectedJob> expected;
    std::int64_t updates = 0;
    std::int64_t leaving = 0;
    for (const MongoJobChange& change : changes_) {
        if (change.kind == Kind::leave) {
            last_words.insert(last_words.end(), change.notes.begin(), change.notes.end());
        }
        if (change.is_update()) {
            bulk.update(filter_of(change), Document("$set", fields_of(change, token)));
            ++updates;
        } else if (change.kind == Kind::leave) {
            ++leaving;
        } else {
            continue;
        }
        expected.push_back({change.job.record.generation, change.job.revision});
    }
    for (const MongoJobChange& change : changes_) {
        if (change.kind == Kind::leave && !change.is_update()) bulk.remove(filter_of(change));
    }
    for (const MongoJobChange& change : changes_) {
        if (change.kind == Kind::insert) bulk.insert(write_job(change.job, *change.definition));
    }
    session_.history.add(last_words);
    session_.uncertain_jobs = std::move(expected);
    const MongoBulk::Result result = bulk.execute();
    session_.uncertain_jobs.clear();
    if (result.matched < updates || result.removed < leaving || result.duplicates > 0) {
        find_unwritten(token);
    }
    for (MongoJobChange& change : changes_) {
        if (change.is_update() && change.is_written) ++change.job.revision;
    }
    move_notes();
}

// Servers only count what was done; who did it is told by the token.
void MongoJobChanges::find_unwritten(std::int64_t token) {
    std::vector<std::int64_t> generations;
    for (const MongoJobChange& change : changes_) {
        if (change.kind != Kind::none) generations.push_back(change.job.record.generation);
    }
    std::unordered_set<std::int64_t> changed;
    std::unordered_set<std::int64_t> present;
    session_.connection.find(
        MongoCollection::jobs, where("_id", "$in", std::span<const std::int64_t>(generations)),
        Document("projection", Document("change", 1)), [&](DocumentView document) {
            present.insert(document.integer("_id"));
            if (document.integer("change") == token) changed.insert(document.integer("_id"));
        });
    for (MongoJobChange& change : changes_) {
        const std::int64_t generation = change.job.record.generation;
        if (change.is_update()) {
            change.is_written = changed.contains(generation);
        } else if (change.kind == Kind::leave) {
            change.is_written = !present.contains(generation);
        } else if (change.kind == Kind::insert) {
            change.is_written = present.contains(generation);
        }
    }
}

void MongoJobChanges::move_notes() {
    if (!session_.history.keeps()) return;
    MongoBulk bulk(session_.connection, MongoCollection::jobs);
    std::vector<MongoRecord> notes;
    for (const MongoJobChange& change : changes_) {
        if (change.kind != Kind::update || change.notes.empty() || !change.is_written) continue;
        notes.insert(notes.end(), change.notes.begin(), change.notes.end());
        forget_notes(bulk, change.job.record.generation, change.notes.front().record.id);
    }
    session_.history.add(notes);
    bulk.execute();
}

// --- The journal ---

void MongoJobChanges::write_together() {
    const std::int64_t token = session_.next_token();
    MongoBulk journal(session_.connection, MongoCollection::journal);
    std::vector<MongoRecord> last_words;
    for (const MongoJobChange& change : changes_) {
        if (change.kind == Kind::none) continue;
        Document entry("token", token);
        entry.add("filter", filter_of(change));
        if (change.is_update()) {
            entry.add("update", fields_of(change, token));
        } else if (change.kind == Kind::insert) {
            entry.add("insert", write_job(change.job, *change.definition));
        }
        if (change.kind == Kind::leave) {
            last_words.insert(last_words.end(), change.notes.begin(), change.notes.end());
        }
        journal.insert(entry);
    }
    if (journal.size() == 0) return;
    session_.history.add(last_words);
    journal.execute();
    session_.change_store({.sets = Document("journal", token)});
    apply_journal(session_, token);
}

void apply_journal(MongoSession& session, std::int64_t token) {
    MongoBulk bulk(session.connection, MongoCollection::jobs);
    const auto add_entry = [&bulk](DocumentView entry) {
        const Document filter(entry.document("filter"));
        if (entry.has("update")) {
            bulk.update(filter, Document("$set", entry.document("update")));
        } else if (entry.has("insert")) {
            bulk.insert(Document(entry.document("insert")));
        } else {
            bulk.remove(filter);
        }
    };
    session.connection.find(MongoCollection::journal, Document("token", token), Document(),
                            add_entry);
    bulk.execute();
    session.change_store({.unsets = Document("journal", "")});
    session.connection.remove(MongoCollection::journal, Document());
    move_all_notes(session);
}

void move_all_notes(MongoSession& session) {
    MongoBulk bulk(session.connection, MongoCollection::jobs);
    std::vector<MongoRecord> notes;
    session.connection.find(
        MongoCollection::jobs, where("notes._id", "$gt", 0),
        Document("projection", Document("notes", 1)), [&](DocumentView document) {
            const auto waiting = document.documents("notes");
            if (waiting.empty()) return;
            for (const DocumentView note : waiting) {
                notes.push_back({read_record(note), note.boolean("ends_group")});
            }
            forget_notes(bulk, document.integer("_id"), waiting.front().integer("_id"));
        });
    session.history.add(notes);
    bulk.execute();
}

}  // namespace punctual::detail
