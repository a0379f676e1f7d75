#include "stores/sqlite/savepoint.hpp"

#include <sqlite3.h>

namespace punctual::detail {

SqliteSavepoint::SqliteSavepoint(std::unique_ptr<SqliteDatabase> database, SqliteTables tables)
    : SqliteConnection(std::move(database), std::move(tables)),
      last_row_(sqlite3_last_insert_rowid(this->database().handle())) {}

SqliteSavepoint::~SqliteSavepoint() {
    sqlite3_set_last_insert_rowid(database().handle(), last_row_);
}

void SqliteSavepoint::begin() {
    database().execute("SAVEPOINT punctual");
}

void SqliteSavepoint::commit() {
    drop_answers();
    database().execute("RELEASE punctual");
}

void SqliteSavepoint::rollback() noexcept {
    drop_answers();
    // After some errors SQLite has undone the whole transaction, and the savepoint with it.
    if (sqlite3_get_autocommit(database().handle()) != 0) return;
    sqlite3_exec(database().handle(), "ROLLBACK TO punctual; RELEASE punctual", nullptr, nullptr,
                 nullptr);
}

}  // namespace punctual::detail
