#pragma once
// One pass of an engine over a store of SQL, within one transaction: settles, starts, claims.
// It takes four ways to the server and back, however much there is to do.

#include <punctual/stores/store.hpp>

#include <vector>

#include "stores/sql/job_progress.hpp"
#include "stores/sql/session.hpp"

namespace punctual::detail {

class SqlPass {
public:
    SqlPass(SqlWork& work, StoreResult& result)
        : work_(work), result_(result), progress_(*work.session.connection) {}

    void run(const StoreBatch& batch);

private:
    void settle_and_start(const StoreBatch& batch);
    void settle(std::span<const Settlement> settlements);
    void receive_settled_jobs(Instant now);
    [[nodiscard]] std::vector<SqlJob> receive_due(const StoreBatch& batch);
    void decide(const SqlJob& job, Decider& decider, Instant now);
    void put_on_record(const SqlJob& job, Instant now);
    void write(Instant now);

    SqlWork& work_;
    StoreResult& result_;
    SqlJobProgress progress_;
    Decision decision_;
};

}  // namespace punctual::detail
