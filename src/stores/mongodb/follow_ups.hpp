#pragma once
// Brings runs that the end of a run asks of other jobs from the document of its job to theirs.
//
// They are written into the document of the job whose run ended, in the very change that takes that
// run off it: they are there if the run was settled, and only then. From there they are put in line
// in the documents of the other jobs, which remember whose end asked for them, and then struck out.
// What is interrupted is done again before anything else happens to the store, so nothing is lost;
// a job that remembers the cause takes nothing twice.
//
// That holds even beside a scheduler that has lost its lease without knowing: the other jobs are
// read before it is known that the runs are still on their way, and are changed only if they are as
// they were read. Whoever has brought them in between has changed the job.

#include <punctual/stores/store.hpp>

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stores/mongodb/job_changes.hpp"
#include "stores/mongodb/session.hpp"

namespace punctual::detail {

class MongoDelivery {
public:
    explicit MongoDelivery(MongoSession& session) : session_(session), targets_(session) {}

    /// A job that may get runs, as its document is now.
    void add_target(const MongoJob& job);
    /// What is on its way in the document of a job. Runs of jobs that are no targets, because they
    /// are gone, are passed over.
    void add_source(const MongoJob& job);
    /// False if a target is not as it was any more: then nothing is struck out.
    [[nodiscard]] bool finish();

private:
    struct Target {
        MongoJobChange* change;
        std::vector<RunId> received;
    };
    struct Source {
        std::int64_t generation;
        RunId first_cause;
        bool is_over;
    };

    void strike_out();

    MongoSession& session_;
    MongoJobChanges targets_;
    std::unordered_map<std::string_view, Target> by_id_;
    std::vector<Source> sources_;
};

/// Brings all that is on its way, whoever left it there.
void deliver_follow_ups(MongoSession& session);

}  // namespace punctual::detail
