#pragma once
// The tables of the store on a MariaDB server: what is there, and making them.

#include "stores/mysql/connection.hpp"
#include "stores/mysql/tables.hpp"
#include "stores/schema_version.hpp"

namespace punctual::detail {

/// *Throws* StoreError for tables of another program, or of a newer version. A store that was begun
/// counts as missing: a statement that makes a table is a transaction of its own.
[[nodiscard]] SchemaState examine_mysql_schema(MysqlConnection& connection,
                                               const MysqlTables& tables);
/// Makes what is missing. By one at a time: the caller holds the scheduler's lock.
void create_mysql_schema(MysqlConnection& connection, const MysqlTables& tables);
/// Brings an older store up to date, step by step; one that was interrupted is gone on with. Under
/// the same lock.
void update_mysql_schema(MysqlConnection& connection, const MysqlTables& tables);

/// Puts down who holds the scheduler's lock, for messages of others.
void record_mysql_node(MysqlConnection& connection, const MysqlTables& tables);
/// Who held the lock last; empty if that is not known.
[[nodiscard]] std::string find_mysql_node(MysqlConnection& connection, const MysqlTables& tables);

}  // namespace punctual::detail
