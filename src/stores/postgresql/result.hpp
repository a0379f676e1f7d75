#pragma once
// What PostgreSQL answered to a statement.

#include <memory>
#include <string>

#include "stores/sql/connection.hpp"

struct pg_conn;
struct pg_result;

namespace punctual::detail {

struct PostgresqlResultDeleter {
    void operator()(pg_result* result) const;
};
using PostgresqlResult = std::unique_ptr<pg_result, PostgresqlResultDeleter>;

/// Rows in the binary format.
class PostgresqlRows final : public SqlResult {
public:
    explicit PostgresqlRows(PostgresqlResult result) : result_(std::move(result)) {}

    [[nodiscard]] std::size_t size() const override;
    [[nodiscard]] bool is_null(std::size_t row, int column) const override;
    [[nodiscard]] std::int64_t integer(std::size_t row, int column) const override;
    [[nodiscard]] std::string_view text(std::size_t row, int column) const override;
    [[nodiscard]] std::int64_t changes() const override;

private:
    PostgresqlResult result_;
};

[[nodiscard]] bool is_success(const pg_result* result);

/// *Throws*, unless it is a success, whichever exception it means. `name` is what messages call the
/// database; `result` is null where there is none, for what the connection says.
void check_postgresql_result(const pg_result* result, const pg_conn* connection,
                             const std::string& name);

}  // namespace punctual::detail
