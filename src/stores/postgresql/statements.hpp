#pragma once
// The statements of the store in the words of PostgreSQL.

#include <string>

#include "stores/postgresql/tables.hpp"
#include "stores/sql/statement.hpp"

namespace punctual::detail {

[[nodiscard]] std::string postgresql_statement(SqlStatement statement,
                                               const PostgresqlTables& tables);

}  // namespace punctual::detail
