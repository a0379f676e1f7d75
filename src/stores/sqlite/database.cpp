#include "stores/sqlite/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace punctual::detail {

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
    sqlite3_close_v2(handle_);
}

void SqliteDatabase::set_busy_timeout(std::chrono::milliseconds timeout) {
    sqlite3_busy_timeout(handle_, static_cast<int>(timeout.count()));
}

void SqliteDatabase::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

std::string SqliteDatabase::query_text(const std::string& sql) {
    SqliteStatement statement(*this, sql);
    SqliteRows rows = statement.query();
    return rows.next() ? std::string(rows.text(0)) : std::string();
}

std::int64_t SqliteDatabase::query_integer(const std::string& sql) {
    SqliteStatement statement(*this, sql);
    SqliteRows rows = statement.query();
    return rows.next() ? rows.integer(0) : 0;
}

std::int64_t SqliteDatabase::changes() const {
    return sqlite3_changes64(handle_);
}

bool SqliteDatabase::in_transaction() const {
    return sqlite3_get_autocommit(handle_) == 0;
}

void SqliteDatabase::fail(int code) const {
    const std::string reason = sqlite3_errmsg(handle_);
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw StoreUnavailableError(
                fmt::format("{} is locked by another program: {}", name_, reason));
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
        case SQLITE_READONLY:
        case SQLITE_PERM:
            throw StoreError(fmt::format("{} cannot be written by this user: {}", name_, reason));
        default:
            throw StoreError(fmt::format("{} failed: {} (code {})", name_, reason, code));
    }
}

SqliteStatement::SqliteStatement(SqliteDatabase& database, std::string_view sql)
    : database_(database) {
    const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
    if (code != SQLITE_OK) database.fail(code);
}

SqliteStatement::~SqliteStatement() {
    sqlite3_finalize(handle_);
}

// Binding fails for a wrong index or for want of memory only: the statement's run then fails too.
void SqliteStatement::bind(int index, std::int64_t value) {
    sqlite3_bind_int64(handle_, index, value);
}

void SqliteStatement::bind(int index, std::string_view text) {
    const char* bytes = text.data() == nullptr ? "" : text.data();
    const int code =
        sqlite3_bind_text64(handle_, index, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) database_.fail(code);
}

void SqliteStatement::bind(int index, std::nullptr_t) {
    sqlite3_bind_null(handle_, index);
}

bool SqliteStatement::step() {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    database_.fail(code);
}

std::int64_t SqliteStatement::finish() {
    const int code = sqlite3_step(handle_);
    if (code != SQLITE_DONE) {
        // The message belongs to the step: it must be read before the reset.
        try {
            database_.fail(code);
        } catch (...) {
            reset();
            throw;
        }
    }
    const std::int64_t changed = database_.changes();
    reset();
    return changed;
}

void SqliteStatement::reset() noexcept {
    sqlite3_reset(handle_);
}

bool SqliteRows::is_null(int column) const {
    return sqlite3_column_type(statement_.handle_, column) == SQLITE_NULL;
}

std::int64_t SqliteRows::integer(int column) const {
    return sqlite3_column_int64(statement_.handle_, column);
}

Instant SqliteRows::instant(int column) const {
    return Instant(std::chrono::microseconds(integer(column)));
}

std::optional<Instant> SqliteRows::optional_instant(int column) const {
    return is_null(column) ? std::nullopt : std::optional(instant(column));
}

std::string_view SqliteRows::text(int column) const {
    const auto* bytes = sqlite3_column_text(statement_.handle_, column);
    if (bytes == nullptr) return {};
    return {reinterpret_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_.handle_, column))};
}

SqliteTransaction::SqliteTransaction(SqliteDatabase& database) : database_(database) {
    database.execute("BEGIN IMMEDIATE");
}

SqliteTransaction::~SqliteTransaction() {
    // SQLite has rolled back by itself after some errors; a failure to do so changes nothing, since
    // what was not committed is not there.
    if (database_.in_transaction()) {
        sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

void SqliteTransaction::commit() {
    database_.execute("COMMIT");
}

}  // namespace punctual::detail
