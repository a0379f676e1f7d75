#pragma once
// Runs without an outcome yet, in SQLite.

#include <punctual/stores/store.hpp>

#include <vector>

#include "stores/sqlite/database.hpp"

namespace punctual::detail {

/// *Thread safety*: none.
class SqliteRunTable {
public:
    explicit SqliteRunTable(SqliteDatabase& database);

    /// `started` is when it was put on record as started, if it is.
    void insert(const ClaimedRun& run, Instant now);
    /// The three that follow change nothing and return false if the run is not there, or not in
    /// this attempt: it was settled, cancelled or taken over.
    [[nodiscard]] bool start(const ClaimedRun& run, Instant now);
    [[nodiscard]] bool settle(const ClaimedRun& run);
    bool retry(const ClaimedRun& run);

    /// In order of id; `job` has its id only where the job is gone.
    struct Unsettled {
        ClaimedRun run;
        std::string job_id;
    };
    [[nodiscard]] std::vector<Unsettled> unsettled();
    /// Takes the runs of a job that have not started.
    [[nodiscard]] std::vector<Unsettled> take_waiting(std::int64_t generation);
    [[nodiscard]] std::vector<Unsettled> take_all_waiting();

private:
    [[nodiscard]] static std::vector<Unsettled> read_all(SqliteRows& rows);

    SqliteStatement insert_;
    SqliteStatement start_;
    SqliteStatement settle_;
    SqliteStatement retry_;
    SqliteStatement unsettled_;
    SqliteStatement waiting_;
    SqliteStatement remove_waiting_;
    SqliteStatement all_waiting_;
    SqliteStatement remove_all_waiting_;
};

}  // namespace punctual::detail
