#pragma once
// The tables of a SQLite store: making them, and telling ours from others.

#include "stores/sqlite/database.hpp"
#include "stores/sqlite/tables.hpp"

namespace punctual::detail {

enum class SqliteSchemaState : unsigned char {
    missing,  ///< The tables can be made.
    current,  ///< They are there, and of this version.
};

/// Looks, and changes nothing. *Throws* StoreError for tables of another program, of a newer
/// version, or damaged. Without a prefix the whole database has to be ours: the number of the
/// program and of the version are in its header. With one these belong to whoever has the database,
/// and ours are in the table `store`.
[[nodiscard]] SqliteSchemaState examine_sqlite_schema(SqliteDatabase& database,
                                                      const SqliteTables& tables);

/// Makes the tables where they are missing. Others may try at the same time: one does it.
void create_sqlite_schema(SqliteDatabase& database, const SqliteTables& tables);

/// True for a database without tables, and of no program.
[[nodiscard]] bool is_empty(SqliteDatabase& database);

}  // namespace punctual::detail
