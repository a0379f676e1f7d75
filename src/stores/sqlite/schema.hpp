#pragma once
// The tables of a SQLite store: making them, and telling ours from others.

#include "stores/sqlite/database.hpp"

namespace punctual::detail {

enum class SchemaState : unsigned char {
    empty,    ///< A new database: without tables, and of no program.
    current,  ///< Ours, and of this version.
};

/// Looks, and changes nothing. *Throws* StoreError for a database of another program, of a newer
/// version, or damaged.
[[nodiscard]] SchemaState examine_schema(SqliteDatabase& database);

/// Makes the tables in an empty database. Others may try at the same time: one does it.
void create_schema(SqliteDatabase& database);

}  // namespace punctual::detail
