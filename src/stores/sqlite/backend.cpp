#include "stores/sqlite/backend.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/opening.hpp"
#include "stores/sqlite/savepoint.hpp"
#include "stores/sqlite/scheduler_lock.hpp"

namespace punctual::detail {

namespace {

bool is_same_file(const char* one, const char* other) {
    struct stat of_one {};
    struct stat of_other {};
    return stat(one, &of_one) == 0 && stat(other, &of_other) == 0 &&
           of_one.st_dev == of_other.st_dev && of_one.st_ino == of_other.st_ino;
}

// What a connection calls the database in `file`; empty if it has not opened it.
std::string find_schema(sqlite3* handle, const std::string& file) {
    for (int i = 0; const char* name = sqlite3_db_name(handle, i); ++i) {
        const char* path = sqlite3_db_filename(handle, name);
        if (path != nullptr && *path != 0 && is_same_file(path, file.c_str())) return name;
    }
    return {};
}

}  // namespace

std::unique_ptr<SqlConnection> SqliteBackend::connect_to_schedule() {
    // Before anything is made or changed: one scheduler at a time does that.
    std::unique_ptr<SchedulerLock> lock;
    if (!location_.path.empty()) lock = std::make_unique<SchedulerLock>(location_);
    auto database = open_to_write(location_);
    file_ = sqlite3_db_filename(database->handle(), "main");
    return std::make_unique<SqliteConnection>(std::move(database), tables(), std::move(lock));
}

std::unique_ptr<SqlConnection> SqliteBackend::connect_to_read() {
    return std::make_unique<SqliteConnection>(open_to_read(location_), tables());
}

std::unique_ptr<SqlConnection> SqliteBackend::connect_to_inspect() {
    return std::make_unique<SqliteConnection>(open_to_inspect(location_), tables());
}

std::unique_ptr<SqlConnection> SqliteBackend::join(const Transaction& transaction) {
    require_client(transaction, "sqlite", describe());
    if (file_.empty()) {
        throw TransactionError(describe() +
                               " is its scheduler's alone: no other connection can "
                               "have a transaction on it");
    }
    auto* handle = static_cast<sqlite3*>(transaction.connection());
    if (sqlite3_get_autocommit(handle) != 0) {
        throw TransactionError(describe() +
                               ": the connection has no transaction under way: BEGIN "
                               "IMMEDIATE comes before");
    }
    SqliteTables joined = tables();
    joined.schema = find_schema(handle, file_);
    if (joined.schema.empty()) {
        const char* other = sqlite3_db_filename(handle, "main");
        throw TransactionError(
            fmt::format("{}: the transaction is on another database, {}", describe(),
                        other == nullptr || *other == 0 ? "one in memory" : other));
    }
    return std::make_unique<SqliteSavepoint>(std::make_unique<SqliteDatabase>(handle, describe()),
                                             std::move(joined));
}

}  // namespace punctual::detail
