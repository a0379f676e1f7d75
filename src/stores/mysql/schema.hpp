#pragma once
// The tables of the store on a MariaDB server: what is there, and making them.

#include "stores/mysql/connection.hpp"
#include "stores/mysql/tables.hpp"

namespace punctual::detail {

enum class MysqlSchemaState {
    missing,  ///< Or begun: a statement that makes a table is a transaction of its own.
    current,
};

/// *Throws* StoreError for tables of another program, or of a newer version.
[[nodiscard]] MysqlSchemaState examine_mysql_schema(MysqlConnection& connection,
                                                    const MysqlTables& tables);
/// Makes what is missing. By one at a time: the caller holds the scheduler's lock.
void create_mysql_schema(MysqlConnection& connection, const MysqlTables& tables);

}  // namespace punctual::detail
