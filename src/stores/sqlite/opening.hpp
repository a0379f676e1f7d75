#pragma once
// Connections to the database of a SQLite store.

#include <memory>

#include "stores/sqlite/database.hpp"
#include "stores/sqlite/location.hpp"

namespace punctual::detail {

/// The connection that writes: makes the database and its tables where they are missing.
/// *Throws* StoreError for a database that is not ours, newer or damaged, and leaves it unchanged.
[[nodiscard]] std::unique_ptr<SqliteDatabase> open_to_write(const SqliteLocation& location);

/// A connection that reads beside the one that writes.
[[nodiscard]] std::unique_ptr<SqliteDatabase> open_to_read(const SqliteLocation& location);

/// A connection that looks at a store which nobody may have open: nothing is made.
/// *Throws* StoreError if there is none.
[[nodiscard]] std::unique_ptr<SqliteDatabase> open_to_inspect(const SqliteLocation& location);

}  // namespace punctual::detail
