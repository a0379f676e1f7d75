#include "stores/mongodb/run_document.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>

namespace punctual::detail {

namespace {

// A document has at most 16 MiB; a record shares it with a job that may have put it there.
constexpr std::size_t most_text = std::size_t{4} << 20;

// Whoever settles the run again leaves it out, and says so.
[[noreturn]] void refuse(std::string_view what, std::size_t bytes) {
    throw StoreError(fmt::format("a record in MongoDB has at most {} bytes of {}, and this has {}",
                                 most_text, what, bytes));
}

// A result that cannot be read, or written, is not worth losing the record for.
Value read_result(std::string_view text) {
    if (text.empty()) return {};
    try {
        return Value::from_json(text);
    } catch (const SerializationError&) {
        return text;
    }
}

std::string write_result(const Value& result) {
    if (result.is_null()) return {};
    try {
        std::string text = result.to_json();
        if (text.size() > most_text) refuse("result", text.size());
        return text;
    } catch (const SerializationError&) {
        return {};
    }
}

std::string_view checked(std::string_view what, std::string_view text) {
    if (text.size() > most_text) refuse(what, text.size());
    return text;
}

}  // namespace

MongoRun read_run(DocumentView document) {
    return {.id = document.integer("id"),
            .group = document.integer("group"),
            .attempt = static_cast<int>(document.integer("attempt", 1)),
            .scheduled = document.instant("scheduled"),
            .due = document.instant("due"),
            .started = document.boolean("started"),
            .owner = std::string(document.text("owner"))};
}

Document write_run(const MongoRun& run) {
    Document document("id", run.id);
    document.add("group", run.group)
        .add("attempt", run.attempt)
        .add("scheduled", run.scheduled)
        .add("due", run.due)
        .add("started", run.started)
        .add("owner", run.owner);
    return document;
}

QueuedRun read_queued_run(DocumentView document) {
    return {.scheduled = document.instant("scheduled"),
            .due = document.instant("due"),
            .attempt = static_cast<int>(document.integer("attempt", 1))};
}

Document write_queued_run(const QueuedRun& run) {
    Document document("scheduled", run.scheduled);
    document.add("due", run.due).add("attempt", run.attempt);
    return document;
}

QueueRequest read_request(DocumentView document) {
    return {.job_id = std::string(document.text("job")),
            .generation = document.integer("generation"),
            .run = read_queued_run(document)};
}

Document write_request(const QueueRequest& request) {
    Document document = write_queued_run(request.run);
    document.add("job", request.job_id).add("generation", request.generation);
    return document;
}

RunRecord read_record(DocumentView document) {
    RunRecord record;
    record.id = document.integer("_id");
    record.job_id = document.text("job");
    record.scheduled = document.instant("scheduled");
    record.until = document.instant("until");
    record.count = document.integer("count", 1);
    record.due = document.instant("due");
    record.started = document.optional_instant("started");
    record.finished = document.optional_instant("finished");
    record.state = run_state_from(document.text("state"));
    record.attempt = static_cast<int>(document.integer("attempt", 1));
    record.reason = document.text("reason");
    record.output = document.text("output");
    record.result = read_result(document.text("result"));
    if (document.has("progress")) {
        const DocumentView progress = document.document("progress");
        record.progress = RunProgress{.fraction = progress.number("fraction"),
                                      .text = std::string(progress.text("text"))};
    }
    return record;
}

Document write_record(const MongoRecord& entry) {
    const RunRecord& record = entry.record;
    Document document("_id", record.id);
    document.add("job", record.job_id)
        .add("state", to_string(record.state))
        .add("scheduled", record.scheduled)
        .add("until", record.until)
        .add("count", record.count)
        .add("due", record.due)
        .add("attempt", record.attempt);
    if (record.started) document.add("started", *record.started);
    document.add("finished", record.finished.value_or(Instant{}));
    if (!record.reason.empty()) document.add("reason", checked("reason", record.reason));
    if (!record.output.empty()) document.add("output", checked("output", record.output));
    const std::string result = write_result(record.result);
    if (!result.empty()) document.add("result", result);
    if (record.progress) {
        Document progress("fraction", record.progress->fraction);
        document.add("progress", progress.add("text", checked("progress", record.progress->text)));
    }
    document.add("ends_group", entry.ends_group);
    if (!entry.follow_ups.empty()) {
        std::vector<Document> requests;
        for (const QueueRequest& request : entry.follow_ups) {
            requests.push_back(write_request(request));
        }
        document.add("follow_ups", std::span<const Document>(requests));
    }
    return document;
}

}  // namespace punctual::detail
