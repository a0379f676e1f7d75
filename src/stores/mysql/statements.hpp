#pragma once
// The statements of the store in the words of MariaDB.

#include <string>
#include <vector>

#include "stores/mysql/tables.hpp"
#include "stores/sql/statement.hpp"

namespace punctual::detail {

/// One behind the other, with places as `MysqlPlace` has them. Where a statement gives rows, these
/// are those of the whole; the second is left out where it takes those of the first and there are
/// none.
[[nodiscard]] std::vector<std::string> mysql_statements(SqlStatement statement,
                                                        const MysqlTables& tables);

}  // namespace punctual::detail
