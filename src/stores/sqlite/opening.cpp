#include "stores/sqlite/opening.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "log/log.hpp"
#include "stores/sqlite/schema.hpp"

namespace punctual::detail {

namespace {

// Connections are used under a mutex of ours.
constexpr int common_flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

std::unique_ptr<SqliteDatabase> connect(const SqliteLocation& location, const std::string& file,
                                        int flags) {
    auto database =
        std::make_unique<SqliteDatabase>(file, flags | common_flags, location.describe());
    database->set_busy_timeout(location.busy_timeout);
    database->execute("PRAGMA temp_store = MEMORY");
    return database;
}

void use_write_ahead_log(SqliteDatabase& database) {
    const std::string mode = database.query_text("PRAGMA journal_mode = WAL");
    if (mode != "wal") {
        throw StoreError(
            fmt::format("{} cannot have a write-ahead log (its journal mode stays \"{}\"): put it "
                        "on a local file system",
                        database.name(), mode));
    }
}

bool exists(const std::string& path) {
    return access(path.c_str(), F_OK) == 0;
}

// By those who the process acts for now, as `open` sees it; `access` would ask who started it.
bool is_writable(const std::string& path) {
    return faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

std::string folder_of(const std::string& path) {
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    return folder.empty() ? "." : folder;
}

std::unique_ptr<SqliteDatabase> connect_to_unchanging(const SqliteLocation& location) {
    std::string uri = "file:";
    for (const char byte : location.path) {
        const bool special = byte == '%' || byte == '?' || byte == '#';
        uri += special ? fmt::format("%{:02x}", byte) : std::string(1, byte);
    }
    return connect(location, uri + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

// Connections share two files beside the database. Those of a scheduler, or that a crash left, are
// used as they are. Where there is none, a connection that may write takes away what it had to
// make; and in a folder that nobody can write, the database may be taken as it is.
std::unique_ptr<SqliteDatabase> connect_to_look(const SqliteLocation& location) {
    if (exists(location.path + "-wal")) return open_to_read(location);
    if (!is_writable(folder_of(location.path))) return connect_to_unchanging(location);
    if (!is_writable(location.path)) return open_to_read(location);
    auto database = connect(location, location.path, SQLITE_OPEN_READWRITE);
    database->execute("PRAGMA query_only = 1");
    return database;
}

// For people who look; the lock holds without it, and an application that has the database now is
// not waited for.
void record_node(SqliteDatabase& database, const SqliteTables& tables,
                 const SqliteLocation& location) {
    database.set_busy_timeout(std::chrono::milliseconds(0));
    try {
        record_sqlite_node(database, tables);
    } catch (const StoreError& error) {
        log_info(location.describe() +
                 ": which scheduler has it is not on record: " + error.what());
    }
    database.set_busy_timeout(location.busy_timeout);
}

}  // namespace

std::unique_ptr<SqliteDatabase> open_to_write(const SqliteLocation& location) {
    const bool in_memory = location.path.empty();
    auto database = connect(location, in_memory ? ":memory:" : location.path,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    const SqliteTables tables{.prefix = location.prefix};
    // Before anything is written: a database that is not ours stays as it is.
    const SchemaState state = examine_sqlite_schema(*database, tables);
    // How another program wants its database to be written is not ours to change.
    const bool is_ours = tables.prefix.empty() || is_empty(*database);
    if (!in_memory && is_ours) use_write_ahead_log(*database);
    database->execute(location.synchronous == SqliteSynchronous::full
                          ? "PRAGMA synchronous = FULL"
                          : "PRAGMA synchronous = NORMAL");
    if (state != SchemaState::current) update_sqlite_schema(*database, tables);
    record_node(*database, tables, location);
    return database;
}

std::unique_ptr<SqliteDatabase> open_to_read(const SqliteLocation& location) {
    return connect(location, location.path, SQLITE_OPEN_READONLY);
}

std::unique_ptr<SqliteDatabase> open_to_inspect(const SqliteLocation& location) {
    if (location.path.empty() || !exists(location.path)) {
        throw StoreError(fmt::format("there is no store {}", location.describe()));
    }
    auto database = connect_to_look(location);
    require_current_schema(database->name(),
                           examine_sqlite_schema(*database, {.prefix = location.prefix}));
    return database;
}

}  // namespace punctual::detail
