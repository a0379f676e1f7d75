#pragma once
// How runs and their records are written in MongoDB.

#include <punctual/stores/store.hpp>

#include <vector>

#include "stores/mongodb/document.hpp"

namespace punctual::detail {

/// A run without an outcome: an element of its job's document.
struct MongoRun {
    RunId id = 0;
    /// The id of the first run of its group.
    RunId group = 0;
    int attempt = 1;
    Instant scheduled{};
    Instant due{};
    bool started = false;
    /// Which scheduler claimed it.
    std::string owner{};
};

[[nodiscard]] MongoRun read_run(DocumentView document);
[[nodiscard]] Document write_run(const MongoRun& run);

/// A run that waits within its job.
[[nodiscard]] QueuedRun read_queued_run(DocumentView document);
[[nodiscard]] Document write_queued_run(const QueuedRun& run);

/// A run that was asked for by the end of another.
[[nodiscard]] QueueRequest read_request(DocumentView document);
[[nodiscard]] Document write_request(const QueueRequest& request);

/// A record, whether no other run of its group is to come, and what follows from it: so that a
/// settlement which was interrupted can be finished.
struct MongoRecord {
    RunRecord record;
    bool ends_group = true;
    std::vector<QueueRequest> follow_ups{};
};

[[nodiscard]] RunRecord read_record(DocumentView document);
/// What does not fit into a document of MongoDB is cut off the output.
[[nodiscard]] Document write_record(const MongoRecord& record);

}  // namespace punctual::detail
