#pragma once
// The tables of a SQLite store: making them, and telling ours from others.

#include "stores/schema_version.hpp"
#include "stores/sqlite/database.hpp"
#include "stores/sqlite/tables.hpp"

namespace punctual::detail {

/// Looks, and changes nothing. *Throws* StoreError for tables of another program, of a newer
/// version, or damaged. Without a prefix the whole database has to be ours: the number of the
/// program and of the version are in its header. With one these belong to whoever has the database,
/// and ours are in the table `store`.
[[nodiscard]] SchemaState examine_sqlite_schema(SqliteDatabase& database,
                                                const SqliteTables& tables);

/// Makes the tables where they are missing, and brings older ones up to date; all of it or nothing.
/// Others may try at the same time: one does it.
void update_sqlite_schema(SqliteDatabase& database, const SqliteTables& tables);

/// Puts down which scheduler has the database.
void record_sqlite_node(SqliteDatabase& database, const SqliteTables& tables);

/// True for a database without tables, and of no program.
[[nodiscard]] bool is_empty(SqliteDatabase& database);

}  // namespace punctual::detail
