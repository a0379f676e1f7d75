#pragma once
// One pass of an engine over a SQLite store, within one transaction: settles, starts, claims.

#include <punctual/stores/store.hpp>

#include <vector>

#include "stores/sqlite/history_keeper.hpp"
#include "stores/sqlite/session.hpp"

namespace punctual::detail {

class SqlitePass {
public:
    SqlitePass(SqliteWork& work, const History& history, StoreResult& result)
        : work_(work), keeper_(work, history), result_(result) {}

    void run(const StoreBatch& batch);

private:
    void settle(const Settlement& settlement);
    void start(const ClaimedRun& run, Instant now);
    void claim(const StoreBatch& batch);
    [[nodiscard]] std::vector<JobRecord> find_due(const StoreBatch& batch);
    void decide(const JobRecord& job, Decider& decider, Instant now);
    void put_on_record(const JobRecord& job, Instant now);
    void remove_done();

    SqliteWork& work_;
    SqliteHistoryKeeper keeper_;
    StoreResult& result_;
    Decision decision_;
};

}  // namespace punctual::detail
