#include "stores/sqlite/opening.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

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

void require_tables(SqliteDatabase& database) {
    if (examine_schema(database) == SchemaState::empty) {
        throw StoreError(
            fmt::format("{} has no jobs: no scheduler has used it yet", database.name()));
    }
}

// In a folder that cannot be written, SQLite cannot make the files that connections share. Where
// there is none of a scheduler either, nobody has the database open, and it may be taken as it is.
bool must_be_taken_as_it_is(const std::string& path) {
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    const bool writable = access(folder.empty() ? "." : folder.c_str(), W_OK) == 0;
    return !writable && access((path + "-wal").c_str(), F_OK) != 0;
}

std::unique_ptr<SqliteDatabase> connect_to_unchanging(const SqliteLocation& location) {
    std::string uri = "file:";
    for (const char byte : location.path) {
        const bool special = byte == '%' || byte == '?' || byte == '#';
        uri += special ? fmt::format("%{:02x}", byte) : std::string(1, byte);
    }
    return connect(location, uri + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

}  // namespace

std::unique_ptr<SqliteDatabase> connect_to_write(const SqliteLocation& location) {
    const bool in_memory = location.path.empty();
    auto database = connect(location, in_memory ? ":memory:" : location.path,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    // Before anything is written: a database that is not ours stays as it is.
    const SchemaState state = examine_schema(*database);
    if (!in_memory) use_write_ahead_log(*database);
    database->execute(location.synchronous == SqliteSynchronous::full
                          ? "PRAGMA synchronous = FULL"
                          : "PRAGMA synchronous = NORMAL");
    if (state == SchemaState::empty) create_schema(*database);
    return database;
}

std::unique_ptr<SqliteDatabase> connect_to_read(const SqliteLocation& location) {
    return connect(location, location.path, SQLITE_OPEN_READONLY);
}

std::unique_ptr<SqliteDatabase> connect_to_inspect(const SqliteLocation& location) {
    if (location.path.empty() || access(location.path.c_str(), F_OK) != 0) {
        throw StoreError(fmt::format("there is no store {}", location.describe()));
    }
    auto database = must_be_taken_as_it_is(location.path) ? connect_to_unchanging(location)
                                                          : connect_to_read(location);
    require_tables(*database);
    return database;
}

}  // namespace punctual::detail
