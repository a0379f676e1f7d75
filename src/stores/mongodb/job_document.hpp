#pragma once
// How jobs are written in MongoDB: one document of each, with its runs that have no outcome yet.

#include <punctual/stores/store.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "stores/job_codec.hpp"
#include "stores/mongodb/document.hpp"
#include "stores/mongodb/run_document.hpp"

namespace punctual::detail {

/// A run of another job, asked for by the end of a run of this one.
struct MongoFollowUp {
    RunId cause = 0;
    QueueRequest request;
};

/// A job as its document says. Documents go by the generations of their jobs.
struct MongoJob {
    /// Its definition is null until it is looked up.
    JobRecord record;
    std::string id;
    /// As stored, which may be another than a definition says that cannot be read.
    std::string executor;
    int priority = 0;
    /// Grows with each change of the document: who changes it says which one was read.
    std::int64_t revision = 0;
    /// The generation if the job was removed and runs of it go on; else 0. Ids are unique together
    /// with this, so that the id is free for a new job.
    std::int64_t removed = 0;
    std::vector<MongoRun> runs;
    /// On their way to other jobs; the document stays until they are there.
    std::vector<MongoFollowUp> follow_ups;
    /// The causes of those that came last from other jobs: they are not taken again.
    std::vector<RunId> received;
    /// Another job's document says of a run that it is on its way here. Not stored.
    bool is_awaiting = false;

    [[nodiscard]] MongoRun* find_run(RunId run, int attempt);
    /// Takes a run off the record.
    void settle(RunId run, bool ends_group, Instant now);
    /// True if it is the job that is to get this run.
    [[nodiscard]] bool is_meant_by(const QueueRequest& request) const;
    /// Takes a run in line. More than the document has room for are left out, with a message.
    void queue(const QueuedRun& run);
    /// Nothing of it is needed any more, but for what is on its way to others.
    [[nodiscard]] bool is_over() const;

private:
    void hasten(Instant due);
};

[[nodiscard]] MongoJob read_job(DocumentView document);
[[nodiscard]] StoredDefinitionView read_definition(DocumentView document);
/// Everything of a job that changes from pass to pass, as fields of a document.
void write_state(Document& fields, const MongoJob& job);
/// *Throws* StoreError that names the job, if it is larger than a document of MongoDB has room for.
void write_definition(Document& fields, const MongoJob& job, const StoredDefinition& definition);
/// The whole document. *Throws* as `write_definition`.
[[nodiscard]] Document write_job(const MongoJob& job, const StoredDefinition& definition);

}  // namespace punctual::detail
