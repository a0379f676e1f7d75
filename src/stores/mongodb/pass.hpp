#pragma once
// One pass of an engine over a MongoDB store: settles, starts, claims.
//
// Jobs' documents are read, changed here, and written back in one round trip, each only if it is
// still as it was read. Outcomes are on record before their runs leave the documents: if the pass
// ends in between, none is lost, and none is there twice. A due job that changed meanwhile is left
// for the next pass.

#include <punctual/stores/store.hpp>

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "stores/mongodb/job_changes.hpp"
#include "stores/mongodb/session.hpp"
#include "stores/mongodb/settling.hpp"

namespace punctual::detail {

class MongoPass {
public:
    MongoPass(MongoSession& session, StoreResult& result) : session_(session), result_(result) {}

    void run(const StoreBatch& batch);

private:
    struct Claim {
        std::int64_t generation;
        std::size_t first_run;      // in `result_.claimed`
        std::size_t first_not_run;  // in `result_.not_run`
        std::size_t runs;
        std::size_t not_run;
    };
    /// What of a batch changes runs on record.
    struct Runs {
        std::vector<const Settlement*> settlements;
        std::vector<const ClaimedRun*> starts;
        [[nodiscard]] bool empty() const { return settlements.empty() && starts.empty(); }
    };

    void settle(MongoJobChanges& changes, MongoSettling& settling, const Runs& runs, Instant now);
    /// The record of it; none if it is superseded.
    std::optional<MongoRecord> settle(MongoJobChanges& changes, MongoSettling& settling,
                                      const Settlement& settlement, Instant now);
    void start(MongoJobChanges& changes, const ClaimedRun& run);
    [[nodiscard]] std::vector<MongoJobChange*> find_due(MongoJobChanges& changes,
                                                        const StoreBatch& batch);
    void claim(MongoJobChanges& changes, const StoreBatch& batch);
    void decide(MongoJobChange& change, Decider& decider, Instant now);
    void take_decision(MongoJobChange& change, Instant now);
    void leave_out_unwritten(MongoJobChanges& changes);
    void take_ended(MongoJobChanges& changes);
    [[nodiscard]] Runs unwritten(MongoJobChanges& changes, const Runs& runs) const;

    MongoSession& session_;
    StoreResult& result_;
    Decision decision_;
    std::vector<Claim> claims_;
    // Of jobs that may leave.
    std::unordered_map<std::int64_t, std::shared_ptr<const JobDefinition>> definitions_;
};

}  // namespace punctual::detail
