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

/// A job as its document says. Documents go by the generations of their jobs.
struct MongoJob {
    /// Its definition is null until it is looked up.
    JobRecord record;
    std::string id;
    /// As stored, which may be another than a definition says that cannot be read.
    std::string executor;
    /// Grows with each change of the document: who changes it says which one was read.
    std::int64_t revision = 0;
    /// The generation if the job was removed and runs of it go on; else 0. Ids are unique together
    /// with this, so that the id is free for a new job.
    std::int64_t removed = 0;
    std::vector<MongoRun> runs;

    [[nodiscard]] MongoRun* find_run(RunId run, int attempt);
    /// Takes a run off the record. True if the job leaves with it.
    bool settle(RunId run, bool ends_group);
    /// Nothing of it is needed any more.
    [[nodiscard]] bool is_over() const;
};

[[nodiscard]] MongoJob read_job(DocumentView document);
[[nodiscard]] StoredDefinitionView read_definition(DocumentView document);
/// Everything of a job that changes from pass to pass, as fields of a document.
void write_state(Document& fields, const MongoJob& job);
void write_definition(Document& fields, const MongoJob& job, const StoredDefinition& definition);
/// The whole document. *Throws* StoreError that names the job, if it is larger than a document of
/// MongoDB can be.
[[nodiscard]] Document write_job(const MongoJob& job, const StoredDefinition& definition);
/// *Throws* as `write_job`.
void check_size(const MongoJob& job, const Document& document);

}  // namespace punctual::detail
