#pragma once
// Takes runs off the records of their jobs, with what follows from their ends.

#include <punctual/stores/store.hpp>

#include <span>
#include <string>
#include <unordered_map>

#include "stores/mongodb/job_changes.hpp"
#include "stores/mongodb/session.hpp"

namespace punctual::detail {

/// How a run ended, as far as its job has to do with it.
struct MongoEnd {
    RunId run = 0;
    bool ends_group = true;
    Instant now{};
    std::span<const QueueRequest> follow_ups{};
};

class MongoSettling {
public:
    MongoSettling(MongoSession& session, MongoJobChanges& changes)
        : session_(session), changes_(changes) {}

    /// Reads the jobs that runs are asked of, before anything is settled.
    void read_targets(std::span<const std::string> ids);
    /// Changes the job of a run that ended. What follows in the same job is part of that.
    void settle(MongoJobChange& change, const MongoEnd& end);
    /// Brings other jobs their runs, once the changes are written.
    void deliver();

private:
    /// Null if that job is gone.
    [[nodiscard]] MongoJobChange* find_target(const QueueRequest& request) const;

    MongoSession& session_;
    MongoJobChanges& changes_;
    std::unordered_map<std::string, MongoJobChange*> targets_;
};

}  // namespace punctual::detail
