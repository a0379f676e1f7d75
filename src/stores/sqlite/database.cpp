#include "stores/sqlite/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "stores/sql/connection.hpp"

namespace punctual::detail {

void SqliteFinalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

SqliteDatabase::SqliteDatabase(const std::string& file, int flags, std::string name)
    : name_(std::move(name)) {
    const int code = sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr);
    if (code != SQLITE_OK) {
        const std::string reason = sqlite3_errmsg(handle_);
        sqlite3_close_v2(handle_);
        throw StoreUnavailableError(fmt::format("{} cannot be opened: {}", name_, reason));
    }
    sqlite3_extended_result_codes(handle_, 1);
}

SqliteDatabase::~SqliteDatabase() {
    if (is_ours_) sqlite3_close_v2(handle_);
}

void SqliteDatabase::set_busy_timeout(std::chrono::milliseconds timeout) {
    sqlite3_busy_timeout(handle_, static_cast<int>(timeout.count()));
}

void SqliteDatabase::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

SqliteStatement SqliteDatabase::prepare(std::string_view& sql) {
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, &rest);
    if (code != SQLITE_OK) fail(code);
    sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
    return SqliteStatement(statement);
}

std::string SqliteDatabase::query_text(const std::string& sql) {
    std::string_view text = sql;
    const SqliteStatement statement = prepare(text);
    const int code = sqlite3_step(statement.get());
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) fail(code);
    const auto* bytes = sqlite3_column_text(statement.get(), 0);
    return bytes == nullptr ? std::string() : reinterpret_cast<const char*>(bytes);
}

std::int64_t SqliteDatabase::query_integer(const std::string& sql) {
    const std::string text = query_text(sql);
    return text.empty() ? 0 : std::stoll(text);
}

void SqliteDatabase::roll_back() noexcept {
    // SQLite has rolled back by itself after some errors; a failure to do so changes nothing, since
    // what was not committed is not there.
    if (sqlite3_get_autocommit(handle_) == 0) {
        sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

void SqliteDatabase::fail(int code) const {
    const std::string reason = sqlite3_errmsg(handle_);
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw StoreUnavailableError(fmt::format(
                "{} is locked by another program, or by a transaction of this one (give "
                "that to add_job, modify_job and remove_job): {}",
                name_, reason));
        case SQLITE_FULL:
            throw StoreUnavailableError(fmt::format("{} has no room left: {}", name_, reason));
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_NOMEM:
        case SQLITE_PROTOCOL:
        case SQLITE_INTERRUPT:
            throw StoreUnavailableError(
                fmt::format("{} cannot be read or written: {} (code {})", name_, reason, code));
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw StoreError(fmt::format(
                "{} is damaged, it was left as it is; restore a copy of it: {}", name_, reason));
        case SQLITE_CONSTRAINT:
            if (sqlite3_extended_errcode(handle_) == SQLITE_CONSTRAINT_UNIQUE) {
                throw SqlDuplicateError(fmt::format("{}: {}", name_, reason));
            }
            throw StoreError(fmt::format("{} failed: {} (code {})", name_, reason, code));
        case SQLITE_READONLY:
        case SQLITE_PERM:
            throw StoreError(fmt::format("{} cannot be written by this user: {}", name_, reason));
        default:
            throw StoreError(fmt::format("{} failed: {} (code {})", name_, reason, code));
    }
}

}  // namespace punctual::detail
