#pragma once
// The statements of the store as SQLite reads them.

#include <string>

#include "stores/sql/statement.hpp"
#include "stores/sqlite/tables.hpp"

namespace punctual::detail {

struct SqliteText {
    /// For one row of parameters. Several statements are separated by `;`, and nothing follows the
    /// last.
    std::string sql;
    /// The number of the parameter that is given where something was changed; 0: none.
    int given = 0;
};

[[nodiscard]] SqliteText sqlite_statement(SqlStatement statement, const SqliteTables& tables);

}  // namespace punctual::detail
