#pragma once
// A connection to SQLite and its statements: their lifetimes, and its errors as exceptions.

#include <punctual/errors.hpp>
#include <punctual/time.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace punctual::detail {

/// A connection. *Thread safety*: none.
class SqliteDatabase {
public:
    /// `flags` as of sqlite3_open_v2; `name` is what messages call the database.
    SqliteDatabase(const std::string& file, int flags, std::string name);
    ~SqliteDatabase();
    SqliteDatabase(const SqliteDatabase&) = delete;
    SqliteDatabase& operator=(const SqliteDatabase&) = delete;

    void set_busy_timeout(std::chrono::milliseconds timeout);
    /// Statements without results.
    void execute(const std::string& sql);
    /// The first column of the first row; empty if there is none.
    [[nodiscard]] std::string query_text(const std::string& sql);
    [[nodiscard]] std::int64_t query_integer(const std::string& sql);
    /// Rows that the last statement changed.
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] bool in_transaction() const;
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] sqlite3* handle() const { return handle_; }
    /// *Throws* StoreUnavailableError or StoreError, whichever the code of SQLite means.
    [[noreturn]] void fail(int code) const;

private:
    sqlite3* handle_ = nullptr;
    std::string name_;
};

class SqliteRows;

/// A prepared statement, kept for use again and again.
class SqliteStatement {
public:
    SqliteStatement(SqliteDatabase& database, std::string_view sql);
    ~SqliteStatement();
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    /// Runs it with these parameters; returns how many rows it changed.
    template <class... Parameters>
    std::int64_t run(const Parameters&... parameters) {
        bind_all(parameters...);
        return finish();
    }
    /// Starts it; the parameters must live as long as the rows are read.
    template <class... Parameters>
    [[nodiscard]] SqliteRows query(const Parameters&... parameters);

private:
    friend class SqliteRows;

    template <class... Parameters>
    void bind_all(const Parameters&... parameters) {
        int index = 0;
        (bind(++index, parameters), ...);
    }
    void bind(int index, std::int64_t value);
    void bind(int index, std::int32_t value) { bind(index, std::int64_t{value}); }
    void bind(int index, std::string_view text);
    void bind(int index, const std::string& text) { bind(index, std::string_view(text)); }
    void bind(int index, Instant instant) { bind(index, instant.time_since_epoch().count()); }
    void bind(int index, std::nullptr_t);
    template <class T>
    void bind(int index, const std::optional<T>& value) {
        value ? bind(index, *value) : bind(index, nullptr);
    }
    std::int64_t finish();
    [[nodiscard]] bool step();
    void reset() noexcept;

    SqliteDatabase& database_;
    sqlite3_stmt* handle_ = nullptr;
};

/// The rows of a query, one after another. While it lives its statement is in use.
class SqliteRows {
public:
    explicit SqliteRows(SqliteStatement& statement) : statement_(statement) {}
    ~SqliteRows() { statement_.reset(); }
    SqliteRows(const SqliteRows&) = delete;
    SqliteRows& operator=(const SqliteRows&) = delete;

    /// Goes to the next row; false if there is none.
    [[nodiscard]] bool next() { return statement_.step(); }
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] Instant instant(int column) const;
    [[nodiscard]] std::optional<Instant> optional_instant(int column) const;
    /// *Lifetime*: until the next row. Empty for null.
    [[nodiscard]] std::string_view text(int column) const;

private:
    SqliteStatement& statement_;
};

template <class... Parameters>
SqliteRows SqliteStatement::query(const Parameters&... parameters) {
    bind_all(parameters...);
    return SqliteRows(*this);
}

/// A transaction that may write, from its construction on; undone unless committed.
class SqliteTransaction {
public:
    explicit SqliteTransaction(SqliteDatabase& database);
    ~SqliteTransaction();
    SqliteTransaction(const SqliteTransaction&) = delete;
    SqliteTransaction& operator=(const SqliteTransaction&) = delete;

    void commit();

private:
    SqliteDatabase& database_;
};

}  // namespace punctual::detail
