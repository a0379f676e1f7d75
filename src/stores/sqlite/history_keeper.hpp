#pragma once
// Puts on record what has been, and lets go of what is beyond the limits of `History`.

#include <punctual/stores/store.hpp>

#include <string>

#include "stores/sqlite/session.hpp"

namespace punctual::detail {

/// *Lifetime*: within one transaction.
class SqliteHistoryKeeper {
public:
    SqliteHistoryKeeper(SqliteWork& work, const History& limits) : work_(work), limits_(limits) {}

    /// False if no record is kept at all.
    [[nodiscard]] bool keeps() const { return limits_.runs_per_job > 0 && limits_.runs > 0; }
    /// Keeps what a settlement says, and takes a group that ended off its job.
    void settle(const Settlement& settlement);
    void add_not_run(const JobDefinition& job, const NotRun& range, Instant now);
    void add_cancelled(const ClaimedRun& run, const std::string& job_id, Instant now);
    /// A few of the oldest records, about as many as were added: the cost of a pass stays even.
    void trim(Instant now);

private:
    void insert(const RunRecord& record);
    void add(const RunRecord& record);
    void trim_job(const std::string& job_id, std::int64_t size);
    void take_off(const SqliteHistoryTable::Losses& losses);

    SqliteWork& work_;
    const History& limits_;
    std::int64_t added_ = 0;
};

}  // namespace punctual::detail
