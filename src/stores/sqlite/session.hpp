#pragma once
// One connection to a SQLite store, with its tables.

#include <cstdint>
#include <memory>
#include <mutex>

#include "stores/sqlite/database.hpp"
#include "stores/sqlite/history_table.hpp"
#include "stores/sqlite/job_table.hpp"
#include "stores/sqlite/run_table.hpp"

namespace punctual::detail {

/// Numbers of the whole store: read at the begin of a transaction, written back at its end.
struct SqliteCounters {
    std::int64_t next_generation = 1;
    RunId next_run = 1;
    std::int64_t history_size = 0;

    friend bool operator==(const SqliteCounters&, const SqliteCounters&) = default;
};

/// Whoever uses it holds `mutex`.
struct SqliteSession {
    /// On a database that has the tables.
    explicit SqliteSession(std::unique_ptr<SqliteDatabase> connection);

    [[nodiscard]] SqliteCounters read_counters();
    void write_counters(const SqliteCounters& counters);

    std::mutex mutex;
    // Before the statements, which must be gone when it closes.
    std::unique_ptr<SqliteDatabase> database;
    SqliteJobTable jobs;
    SqliteRunTable runs;
    SqliteHistoryTable history;
    SqliteStatement select_counters;
    SqliteStatement update_counters;
};

/// A transaction of a session with its counters. *Lifetime*: while the session's mutex is held.
class SqliteWork {
public:
    explicit SqliteWork(SqliteSession& session);
    ~SqliteWork();
    SqliteWork(const SqliteWork&) = delete;
    SqliteWork& operator=(const SqliteWork&) = delete;

    void commit();

    SqliteSession& session;
    SqliteCounters counters;

private:
    SqliteTransaction transaction_;
    SqliteCounters counters_before_;
    bool committed_ = false;
};

}  // namespace punctual::detail
