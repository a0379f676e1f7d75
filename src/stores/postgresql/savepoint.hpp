#pragma once
// The connection of a caller, in whose transaction the store works for a while.

#include <deque>
#include <string>

#include "stores/postgresql/parameters.hpp"
#include "stores/postgresql/result.hpp"
#include "stores/postgresql/tables.hpp"

namespace punctual::detail {

/// Its transactions are savepoints, and its statements are not kept: it leaves nothing behind.
class PostgresqlSavepoint final : public SqlConnection {
public:
    /// `find_scheduler` is a query that gives `scheduler`, the server's process behind the store's
    /// scheduler, if the connection is to the store's database.
    PostgresqlSavepoint(pg_conn* connection, std::string name, PostgresqlTables tables,
                        std::string find_scheduler, std::string scheduler)
        : handle_(connection),
          name_(std::move(name)),
          tables_(std::move(tables)),
          find_scheduler_(std::move(find_scheduler)),
          scheduler_(std::move(scheduler)) {}

    void send(SqlStatement statement, const SqlParameters& parameters) override;
    [[nodiscard]] SqlRows receive() override;
    /// *Throws* TransactionError besides, if there is no transaction that can be used.
    void begin() override;
    void commit() override;
    void rollback() noexcept override;
    [[nodiscard]] bool is_usable() const override { return true; }

private:
    void require_transaction() const;
    void require_our_database();
    PostgresqlResult execute(const char* sql);

    pg_conn* handle_;
    std::string name_;
    PostgresqlTables tables_;
    std::string find_scheduler_;
    std::string scheduler_;
    PostgresqlParameters parameters_;
    std::deque<PostgresqlResult> answers_;
};

}  // namespace punctual::detail
