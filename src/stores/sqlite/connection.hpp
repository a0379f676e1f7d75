#pragma once
// A connection to a SQLite database, with the statements of the store.

#include <array>
#include <deque>
#include <memory>
#include <optional>

#include "stores/sql/connection.hpp"
#include "stores/sqlite/database.hpp"
#include "stores/sqlite/prepared.hpp"
#include "stores/sqlite/scheduler_lock.hpp"
#include "stores/sqlite/tables.hpp"

namespace punctual::detail {

class SqliteConnection : public SqlConnection {
public:
    /// `lock` is held for as long as the connection lives.
    SqliteConnection(std::unique_ptr<SqliteDatabase> database, SqliteTables tables,
                     std::unique_ptr<SchedulerLock> lock = nullptr)
        : lock_(std::move(lock)), database_(std::move(database)), tables_(std::move(tables)) {}

    /// Runs the statement at once, and keeps what it gives.
    void send(SqlStatement statement, const SqlParameters& parameters) override;
    [[nodiscard]] SqlRows receive() override;
    void begin() override;
    void commit() override;
    void rollback() noexcept override;
    [[nodiscard]] bool is_usable() const override { return true; }

protected:
    [[nodiscard]] SqliteDatabase& database() { return *database_; }
    void drop_answers() { answers_.clear(); }

private:
    std::unique_ptr<SchedulerLock> lock_;
    std::unique_ptr<SqliteDatabase> database_;
    SqliteTables tables_;
    // Made at their first use. They go before the database does.
    std::array<std::optional<SqlitePrepared>, sql_statement_count> prepared_;
    std::deque<std::unique_ptr<SqlKeptRows>> answers_;
};

}  // namespace punctual::detail
