#include "stores/mongodb/job_editing.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <unordered_set>

#include "stores/mongodb/bulk.hpp"
#include "stores/run_codec.hpp"

namespace punctual::detail {

namespace {

using Kind = MongoJobChange::Kind;

constexpr int most_attempts = 20;
// A question has to fit into a document.
constexpr std::size_t most_bytes_asked_for = std::size_t{4} << 20;

template <class Take>
void find_documents(MongoSession& session, std::span<const std::string> ids,
                    const Document& options, Take take) {
    while (!ids.empty()) {
        std::size_t count = 0;
        std::size_t bytes = 0;
        while (count < ids.size() && (count == 0 || bytes < most_bytes_asked_for)) {
            bytes += ids[count++].size() + 20;
        }
        Document filter = where("id", "$in", ids.first(count));
        session.connection.find(MongoCollection::jobs, filter.add("removed", 0), options, take);
        ids = ids.subspan(count);
    }
}

MongoJob make_job(const JobRecord& record, std::int64_t generation) {
    MongoJob job;
    job.record = record;
    job.record.generation = generation;
    job.record.running = 0;
    job.id = record.definition->id;
    job.executor = record.definition->settings->executor;
    job.priority = record.definition->settings->priority;
    return job;
}

// The job leaves, or what is left of it is kept for the runs that go on. Runs that have not started
// are cancelled.
void remove_job(MongoJobChange& change, Instant now, std::vector<MongoRecord>& cancelled) {
    MongoJob& job = change.job;
    for (const MongoRun& run : job.runs) {
        if (run.started) continue;
        RunRecord record;
        record.id = run.id;
        record.job_id = job.id;
        record.scheduled = record.until = run.scheduled;
        record.due = run.due;
        record.finished = now;
        record.state = RunState::cancelled;
        record.attempt = run.attempt;
        record.reason = "the job was removed";
        cancelled.push_back({std::move(record), false});
    }
    std::erase_if(job.runs, [](const MongoRun& run) { return !run.started; });
    job.removed = job.record.generation;
    job.record.running = static_cast<std::int32_t>(job.runs.size());
    job.record.state = JobState::ended;
    job.record.next_run_time = job.record.due = never;
    job.record.queued.clear();
    change.touch();
}

}  // namespace

std::vector<MongoJob> find_jobs(MongoSession& session, std::span<const std::string> ids) {
    std::vector<MongoJob> jobs;
    find_documents(session, ids, without_definition(),
                   [&](DocumentView document) { jobs.push_back(read_job(document)); });
    return jobs;
}

// --- Adding ---

std::vector<std::size_t> MongoJobEditing::add(std::span<const JobRecord> jobs) {
    std::vector<std::size_t> conflicts;
    if (jobs.empty()) return conflicts;
    std::unordered_set<std::string_view> ids;
    for (const JobRecord& job : jobs) ids.insert(job.definition->id);
    if (ids.size() == jobs.size()) {
        StoreChange numbers{.increments = Document("generations", jobs.size())};
        // If this process ends before all are there, whoever comes next takes them back.
        if (jobs.size() > 1) numbers.sets.add("adding", jobs.size());
        std::vector<StoredDefinition> definitions;
        for (const JobRecord& job : jobs) {
            definitions.push_back(session_.codec.encode(*job.definition));
        }
        const Document store = session_.change_store(numbers);
        const std::int64_t first =
            store.view().integer("generations") - static_cast<std::int64_t>(jobs.size()) + 1;
        MongoBulk bulk(session_.connection, MongoCollection::jobs);
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            const auto generation = first + static_cast<std::int64_t>(i);
            bulk.insert(write_job(make_job(jobs[i], generation), definitions[i]));
        }
        const bool are_new = bulk.execute().duplicates == 0;
        if (are_new) remove_over(jobs, first);
        if (jobs.size() > 1) {
            if (!are_new) {
                session_.connection.remove(MongoCollection::jobs, where("_id", "$gte", first));
            }
            session_.change_store({.unsets = Document("adding", "")});
        }
        if (are_new) return conflicts;
        if (jobs.size() == 1) return {0};
    }
    std::vector<std::string> wanted(ids.begin(), ids.end());
    ids.clear();
    const std::vector<MongoJob> present = find_jobs(session_, wanted);
    for (const MongoJob& job : present) ids.insert(job.id);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (!ids.insert(jobs[i].definition->id).second) conflicts.push_back(i);
    }
    return conflicts;
}

// Those that have ended before they came: that their ids are free is known now.
void MongoJobEditing::remove_over(std::span<const JobRecord> jobs, std::int64_t first) {
    MongoBulk bulk(session_.connection, MongoCollection::jobs);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const auto generation = first + static_cast<std::int64_t>(i);
        if (jobs[i].state != JobState::ended) continue;
        if (make_job(jobs[i], generation).is_over()) bulk.remove(Document("_id", generation));
    }
    bulk.execute();
}

// --- Editing ---

void MongoJobEditing::edit(std::span<const std::string> ids, JobEditor& editor) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        if (try_to_edit(ids, editor)) return;
    }
    throw StoreUnavailableError(fmt::format("{} changes faster than its jobs can be edited",
                                            session_.connection.location().describe()));
}

void MongoJobEditing::find(std::span<const std::string> ids) {
    found_.clear();
    find_documents(session_, ids, Document(), [this](DocumentView document) {
        MongoJob job = session_.read_whole_job(document);
        std::string id = job.id;
        found_.insert_or_assign(
            std::move(id), Found{std::move(job), std::string(read_definition(document).options)});
    });
}

bool MongoJobEditing::try_to_edit(std::span<const std::string> ids, JobEditor& editor) {
    find(ids);
    std::vector<JobEdit> edits;
    std::int64_t additions = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto current = found_.find(ids[i]);
        const bool is_there = current != found_.end();
        edits.push_back(editor.edit(i, is_there ? &current->second.job.record : nullptr));
        if (!is_there && edits.back().action == JobEdit::Action::put) ++additions;
    }
    if (additions > 0) {
        const Document store =
            session_.change_store({.increments = Document("generations", additions)});
        next_generation_ = store.view().integer("generations") - additions + 1;
    }
    MongoJobChanges changes(session_);
    for (std::size_t i = 0; i < ids.size(); ++i) apply(changes, ids[i], edits[i]);
    if (changes.all().size() > 1) {
        changes.write_together();
        return true;
    }
    changes.write();
    return changes.all().empty() || changes.all().front().is_written;
}

void MongoJobEditing::apply(MongoJobChanges& changes, const std::string& id, const JobEdit& edit) {
    const auto current = found_.find(id);
    if (current == found_.end()) {
        if (edit.action == JobEdit::Action::put) put_new(changes, edit);
        return;
    }
    if (edit.action == JobEdit::Action::keep && edit.not_run.empty()) return;
    MongoJobChange& change = changes.add(current->second.job);
    change.kind = Kind::update;
    change.notes = records_of(id, edit.not_run);
    if (edit.action == JobEdit::Action::put) {
        put(change, current->second, edit.record);
        change.touch();
    }
    if (edit.action != JobEdit::Action::remove) return;
    std::vector<MongoRecord> cancelled;
    remove_job(change, now_, cancelled);
    session_.history.add(cancelled);
}

void MongoJobEditing::put(MongoJobChange& change, const Found& current, const JobRecord& record) {
    JobRecord& changed = change.job.record;
    changed.next_run_time = record.next_run_time;
    changed.due = record.due;
    changed.last_run_time = record.last_run_time;
    changed.state = record.state;
    changed.queued = record.queued;
    if (record.definition == current.job.record.definition) return;
    changed.definition = record.definition;
    ++changed.version;
    change.job.executor = record.definition->settings->executor;
    change.job.priority = record.definition->settings->priority;
    change.definition = session_.codec.encode(*record.definition, current.options);
}

void MongoJobEditing::put_new(MongoJobChanges& changes, const JobEdit& edit) {
    const MongoJob job = make_job(edit.record, next_generation_++);
    session_.history.add(records_of(job.id, edit.not_run));
    if (job.is_over()) return;
    MongoJobChange& change = changes.add(job);
    change.kind = Kind::insert;
    change.definition = session_.codec.encode(*edit.record.definition);
}

std::vector<MongoRecord> MongoJobEditing::records_of(const std::string& id,
                                                     std::span<const NotRun> ranges) {
    std::vector<MongoRecord> records;
    if (ranges.empty() || !session_.history.keeps()) return records;
    RunId next = session_.take_run_ids(static_cast<std::int64_t>(ranges.size()));
    for (const NotRun& range : ranges) {
        records.push_back({record_of_not_run(0, id, range, now_), true});
        records.back().record.id = next++;
    }
    return records;
}

// --- Removing all ---

std::size_t remove_all_jobs(MongoSession& session, Instant now) {
    const Document store = session.change_store({.sets = Document("removing", now)});
    return finish_removal(session, store.view());
}

std::size_t finish_removal(MongoSession& session, DocumentView store) {
    // Jobs that are added later stay, even if a server comes to this late.
    Document all("removed", 0);
    all.add("_id", Document("$lte", store.integer("generations")));
    Document busy = all;
    busy.add("running", Document("$gt", 0));
    MongoJobChanges changes(session);
    session.connection.find(MongoCollection::jobs, busy, without_definition(),
                            [&](DocumentView document) { changes.add(read_job(document)); });
    std::vector<MongoRecord> cancelled;
    for (MongoJobChange& change : changes.all()) {
        remove_job(change, store.instant("removing"), cancelled);
    }
    session.history.add(cancelled);
    changes.write();
    const std::int64_t idle = session.connection.remove(MongoCollection::jobs, all);
    session.change_store({.unsets = Document("removing", "")});
    return changes.all().size() + static_cast<std::size_t>(idle);
}

}  // namespace punctual::detail
