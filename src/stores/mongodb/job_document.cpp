#include "stores/mongodb/job_document.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>

namespace punctual::detail {

namespace {

// Of the 16 MiB that a document may have, some are left for the runs of the job.
constexpr std::size_t most_bytes = (std::size_t{16} << 20) - (std::size_t{512} << 10);

}  // namespace

MongoRun* MongoJob::find_run(RunId run, int attempt) {
    const auto found = std::ranges::find(runs, run, &MongoRun::id);
    return found == runs.end() || found->attempt != attempt ? nullptr : &*found;
}

bool MongoJob::settle(RunId run, bool ends_group) {
    std::erase_if(runs, [run](const MongoRun& other) { return other.id == run; });
    if (ends_group && record.running > 0) --record.running;
    return is_over();
}

bool MongoJob::is_over() const {
    if (removed != 0) return runs.empty();
    return record.state == JobState::ended && record.running == 0;
}

MongoJob read_job(DocumentView document) {
    MongoJob job;
    job.record.generation = document.integer("_id");
    job.record.version = static_cast<std::int32_t>(document.integer("version"));
    job.record.state = static_cast<JobState>(document.integer("state"));
    job.record.next_run_time = document.instant("next_run_time");
    job.record.due = document.instant("due");
    job.record.last_run_time = document.instant("last_run_time");
    job.record.running = static_cast<std::int32_t>(document.integer("running"));
    job.id = document.text("id");
    job.executor = document.text("executor");
    job.revision = document.integer("revision");
    job.removed = document.integer("removed");
    for (const DocumentView run : document.documents("runs")) job.runs.push_back(read_run(run));
    return job;
}

StoredDefinitionView read_definition(DocumentView document) {
    const DocumentView definition = document.document("definition");
    return {.task = definition.text("task"),
            .arguments = definition.text("arguments"),
            .trigger = definition.text("trigger"),
            .options = definition.text("options"),
            .added_at = definition.instant("added_at")};
}

void write_state(Document& fields, const MongoJob& job) {
    std::vector<Document> runs;
    runs.reserve(job.runs.size());
    for (const MongoRun& run : job.runs) runs.push_back(write_run(run));
    fields.add("removed", job.removed)
        .add("state", static_cast<int>(job.record.state))
        .add("next_run_time", job.record.next_run_time)
        .add("due", job.record.due)
        .add("last_run_time", job.record.last_run_time)
        .add("running", job.record.running)
        .add("runs", std::span<const Document>(runs));
}

void write_definition(Document& fields, const MongoJob& job, const StoredDefinition& definition) {
    Document texts("task", definition.task);
    texts.add("arguments", definition.arguments)
        .add("trigger", definition.trigger)
        .add("options", definition.options)
        .add("added_at", definition.added_at);
    fields.add("executor", job.executor)
        .add("version", job.record.version)
        .add("definition", texts);
}

Document write_job(const MongoJob& job, const StoredDefinition& definition) {
    Document document("_id", job.record.generation);
    document.add("id", job.id).add("revision", job.revision);
    write_state(document, job);
    write_definition(document, job, definition);
    check_size(job, document);
    return document;
}

void check_size(const MongoJob& job, const Document& document) {
    if (document.size() <= most_bytes) return;
    throw StoreError(
        fmt::format("the job \"{}\" is too large for MongoDB: it has {} bytes, and a document "
                    "holds 16 MiB",
                    job.id.substr(0, 200), document.size()));
}

}  // namespace punctual::detail
