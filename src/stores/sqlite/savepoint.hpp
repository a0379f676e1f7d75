#pragma once
// The connection of a caller, in whose transaction the store works for a while.

#include "stores/sqlite/connection.hpp"

namespace punctual::detail {

/// Its transactions are savepoints. It leaves nothing behind: no statement that would keep the
/// caller from closing, and the number of the row that he inserted last.
class SqliteSavepoint final : public SqliteConnection {
public:
    SqliteSavepoint(std::unique_ptr<SqliteDatabase> database, SqliteTables tables);
    ~SqliteSavepoint() override;
    SqliteSavepoint(const SqliteSavepoint&) = delete;
    SqliteSavepoint& operator=(const SqliteSavepoint&) = delete;

    void begin() override;
    void commit() override;
    void rollback() noexcept override;

private:
    std::int64_t last_row_;
};

}  // namespace punctual::detail
