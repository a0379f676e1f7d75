#pragma once
// One connection to a database, with the tables of the store, and a transaction of it.

#include <cstdint>
#include <memory>

#include "stores/sql/connection.hpp"
#include "stores/sql/history_keeper.hpp"
#include "stores/sql/history_table.hpp"
#include "stores/sql/id_blocks.hpp"
#include "stores/sql/job_table.hpp"
#include "stores/sql/run_table.hpp"

namespace punctual::detail {

/// *Thread safety*: none.
struct SqlSession {
    explicit SqlSession(std::unique_ptr<SqlConnection> used_connection)
        : connection(std::move(used_connection)) {}

    std::unique_ptr<SqlConnection> connection;
    SqlJobTable jobs{*connection};
    SqlRunTable runs{*connection};
    SqlHistoryTable history{*connection};
    SqlIdBlocks generations{*connection, SqlStatement::reserve_generations};
    SqlIdBlocks run_ids{*connection, SqlStatement::reserve_runs};
    /// How many records there are in all.
    std::int64_t history_size = 0;
    /// When more than the oldest of them were looked at for what is too old.
    Instant history_looked_through = Instant::min();
};

/// A transaction, undone unless committed. *Lifetime*: within that of the session.
class SqlWork {
public:
    SqlWork(SqlSession& used_session, const History& limits);
    ~SqlWork();
    SqlWork(const SqlWork&) = delete;
    SqlWork& operator=(const SqlWork&) = delete;

    /// Writes what the keeper has.
    void write_history(Instant now);
    /// What was sent and not received need only have succeeded.
    void commit();

    SqlSession& session;
    SqlHistoryKeeper keeper;

private:
    bool committed_ = false;
};

}  // namespace punctual::detail
