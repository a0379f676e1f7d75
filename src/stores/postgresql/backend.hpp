#pragma once
// PostgreSQL, as the store on servers uses it.

#include "stores/postgresql/connection.hpp"
#include "stores/postgresql/location.hpp"
#include "stores/sql/backend.hpp"

namespace punctual::detail {

class PostgresqlBackend final : public SqlBackend {
public:
    explicit PostgresqlBackend(PostgresqlLocation location) : location_(std::move(location)) {}

    [[nodiscard]] std::string describe() const override { return location_.describe(); }
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_schedule() override;
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_read() override;
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_inspect() override;

    [[nodiscard]] std::unique_ptr<SqlConnection> join(const Transaction& transaction) override;

private:
    void take_scheduler_lock(PostgresqlConnection& connection, const PostgresqlTables& tables);
    void end_lost_connection(PostgresqlConnection& connection, const std::string& key);
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_look();

    PostgresqlLocation location_;
    // The server's process behind the connection that held the lock last.
    std::string lock_holder_;
    // Those that it uses.
    PostgresqlTables tables_;
};

}  // namespace punctual::detail
