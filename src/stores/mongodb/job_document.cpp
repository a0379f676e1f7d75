#include "stores/mongodb/job_document.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>

#include "log/log.hpp"

namespace punctual::detail {

namespace {

// Of the 16 MiB that a document may have, some are left for the runs of the job. Those in line take
// some 65 bytes each.
constexpr std::size_t most_bytes = std::size_t{12} << 20;
constexpr std::size_t most_queued = 50'000;

template <class Value, class Write>
std::vector<Document> write_all(const std::vector<Value>& values, Write write) {
    std::vector<Document> documents;
    documents.reserve(values.size());
    for (const Value& value : values) documents.push_back(write(value));
    return documents;
}

void check_size(const MongoJob& job, const Document& definition) {
    if (definition.size() <= most_bytes) return;
    throw StoreError(
        fmt::format("the job \"{}\" is too large for MongoDB: it has {} bytes, and at most 12 MiB "
                    "fit beside its runs",
                    job.id.substr(0, 200), definition.size()));
}

Document write_follow_up(const MongoFollowUp& follow_up) {
    return write_request(follow_up.request).add("cause", follow_up.cause);
}

}  // namespace

MongoRun* MongoJob::find_run(RunId run, int attempt) {
    const auto found = std::ranges::find(runs, run, &MongoRun::id);
    return found == runs.end() || found->attempt != attempt ? nullptr : &*found;
}

void MongoJob::settle(RunId run, bool ends_group, Instant now) {
    std::erase_if(runs, [run](const MongoRun& other) { return other.id == run; });
    if (!ends_group) return;
    if (record.running > 0) --record.running;
    if (!record.queued.empty()) hasten(now);
}

bool MongoJob::is_meant_by(const QueueRequest& request) const {
    return removed == 0 && id == request.job_id &&
           (request.generation == 0 || request.generation == record.generation);
}

// A change that the server refuses would keep everything else of the store from being done.
void MongoJob::queue(const QueuedRun& run) {
    if (record.queued.size() >= most_queued) {
        log_error(fmt::format(
            "the job \"{}\" has {} runs in line, which is all that MongoDB has room for: another, "
            "due at {}, is left out",
            id.substr(0, 200), record.queued.size(), format_instant(run.due)));
        return;
    }
    record.queued.push_back(run);
    hasten(run.due);
}

void MongoJob::hasten(Instant due) {
    if (record.state != JobState::paused) record.due = std::min(record.due, due);
}

bool MongoJob::is_over() const {
    if (removed != 0) return runs.empty();
    return record.state == JobState::ended && record.running == 0 && record.queued.empty() &&
           !is_awaiting;
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
    job.priority = static_cast<int>(document.integer("priority"));
    job.revision = document.integer("revision");
    job.removed = document.integer("removed");
    for (const DocumentView run : document.documents("runs")) job.runs.push_back(read_run(run));
    for (const DocumentView run : document.documents("queued")) {
        job.record.queued.push_back(read_queued_run(run));
    }
    for (const DocumentView run : document.documents("follow_ups")) {
        job.follow_ups.push_back({.cause = run.integer("cause"), .request = read_request(run)});
    }
    job.received = document.integers("received");
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
    const auto runs = write_all(job.runs, write_run);
    const auto queued = write_all(job.record.queued, write_queued_run);
    fields.add("removed", job.removed)
        .add("state", static_cast<int>(job.record.state))
        .add("next_run_time", job.record.next_run_time)
        .add("due", job.record.due)
        .add("last_run_time", job.record.last_run_time)
        .add("running", job.record.running)
        .add("runs", std::span<const Document>(runs))
        .add("queued", std::span<const Document>(queued));
    // Few jobs ever have these.
    if (!job.follow_ups.empty()) {
        const auto follow_ups = write_all(job.follow_ups, write_follow_up);
        fields.add("follow_ups", std::span<const Document>(follow_ups));
    }
    if (!job.received.empty()) {
        fields.add("received", std::span<const std::int64_t>(job.received));
    }
}

void write_definition(Document& fields, const MongoJob& job, const StoredDefinition& definition) {
    Document texts("task", definition.task);
    texts.add("arguments", definition.arguments)
        .add("trigger", definition.trigger)
        .add("options", definition.options)
        .add("added_at", definition.added_at);
    check_size(job, texts);
    fields.add("executor", job.executor)
        .add("priority", job.priority)
        .add("version", job.record.version)
        .add("definition", texts);
}

Document write_job(const MongoJob& job, const StoredDefinition& definition) {
    Document document("_id", job.record.generation);
    document.add("id", job.id).add("revision", job.revision);
    write_state(document, job);
    write_definition(document, job, definition);
    return document;
}

}  // namespace punctual::detail
