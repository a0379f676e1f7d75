#pragma once
// A connection to SQLite: its lifetime, and its errors as exceptions.

#include <punctual/errors.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace punctual::detail {

struct SqliteFinalize {
    void operator()(sqlite3_stmt* statement) const;
};
using SqliteStatement = std::unique_ptr<sqlite3_stmt, SqliteFinalize>;

/// *Thread safety*: none. *Throws*, where SQLite fails, SqlDuplicateError, StoreUnavailableError or
/// StoreError, whichever its code means.
class SqliteDatabase {
public:
    /// `flags` as of sqlite3_open_v2; `name` is what messages call the database.
    SqliteDatabase(const std::string& file, int flags, std::string name);
    /// On a connection of someone else's, which stays open.
    SqliteDatabase(sqlite3* handle, std::string name)
        : handle_(handle), is_ours_(false), name_(std::move(name)) {}
    ~SqliteDatabase();
    SqliteDatabase(const SqliteDatabase&) = delete;
    SqliteDatabase& operator=(const SqliteDatabase&) = delete;

    void set_busy_timeout(std::chrono::milliseconds timeout);
    /// Statements without results.
    void execute(const std::string& sql);
    /// The first column of the first row; empty if there is none.
    [[nodiscard]] std::string query_text(const std::string& sql);
    [[nodiscard]] std::int64_t query_integer(const std::string& sql);
    /// Prepares the first statement of `sql`, to be kept, and takes it off.
    [[nodiscard]] SqliteStatement prepare(std::string_view& sql);
    /// Undoes the transaction, if there is one.
    void roll_back() noexcept;
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] sqlite3* handle() const { return handle_; }
    [[noreturn]] void fail(int code) const;

private:
    sqlite3* handle_ = nullptr;
    bool is_ours_ = true;
    std::string name_;
};

}  // namespace punctual::detail
