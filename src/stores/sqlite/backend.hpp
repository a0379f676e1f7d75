#pragma once
// What SQLite brings to a store of SQL.

#include "stores/sql/backend.hpp"
#include "stores/sqlite/location.hpp"
#include "stores/sqlite/tables.hpp"

namespace punctual::detail {

class SqliteBackend final : public SqlBackend {
public:
    explicit SqliteBackend(SqliteLocation location) : location_(std::move(location)) {}

    [[nodiscard]] std::string describe() const override { return location_.describe(); }
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_schedule() override;
    /// A database in memory is its connection's.
    [[nodiscard]] bool reads_beside_scheduler() const override { return !location_.path.empty(); }
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_read() override;
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_inspect() override;

    [[nodiscard]] std::unique_ptr<SqlConnection> join(const Transaction& transaction) override;

private:
    [[nodiscard]] SqliteTables tables() const { return {.prefix = location_.prefix}; }

    SqliteLocation location_;
    // Of the connection that schedules: absolute, whatever folder the process is in now.
    std::string file_;
};

}  // namespace punctual::detail
