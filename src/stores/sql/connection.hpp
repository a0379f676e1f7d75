#pragma once
// A connection to an SQL database, as the store needs it: statements that the dialect has the
// text of, which take whole columns of parameters, so that their number does not grow with what
// they do.

#include <punctual/errors.hpp>
#include <punctual/time.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "stores/sql/statement.hpp"

namespace punctual::detail {

/// The server undid a transaction in favour of another one: to be tried again at once.
class SqlConflictError : public StoreUnavailableError {
public:
    using StoreUnavailableError::StoreUnavailableError;
};

/// A row that is to be added is there already.
class SqlDuplicateError : public StoreError {
public:
    using StoreError::StoreError;
};

/// A column of numbers or times.
class SqlIntegers {
public:
    void reserve(std::size_t count) { values_.reserve(count); }
    void add(std::int64_t value) { values_.emplace_back(value); }
    void add(Instant instant) { add(instant.time_since_epoch().count()); }
    void add(std::optional<Instant> instant) { instant ? add(*instant) : add_null(); }
    void add_null() { values_.emplace_back(std::nullopt); }
    [[nodiscard]] std::size_t size() const { return values_.size(); }
    [[nodiscard]] bool empty() const { return values_.empty(); }
    [[nodiscard]] const std::vector<std::optional<std::int64_t>>& values() const { return values_; }

private:
    std::vector<std::optional<std::int64_t>> values_;
};

enum class SqlTextKind : std::uint8_t {
    utf8,   ///< Text that the server may look into.
    bytes,  ///< Whatever it is: ids, and what jobs wrote.
};

/// A column of texts. *Lifetime*: it refers to what it was given.
class SqlTexts {
public:
    explicit SqlTexts(SqlTextKind kind) : kind_(kind) {}

    void reserve(std::size_t count) { values_.reserve(count); }
    void add(std::string_view text) { values_.emplace_back(text); }
    void add_unless_empty(std::string_view text) {
        values_.push_back(text.empty() ? std::nullopt : std::optional(text));
    }
    [[nodiscard]] SqlTextKind kind() const { return kind_; }
    [[nodiscard]] std::size_t size() const { return values_.size(); }
    [[nodiscard]] const std::vector<std::optional<std::string_view>>& values() const {
        return values_;
    }

private:
    SqlTextKind kind_;
    std::vector<std::optional<std::string_view>> values_;
};

/// One value or a column of them, in the order that the statement names them.
using SqlParameter =
    std::variant<std::int64_t, std::string_view, const SqlIntegers*, const SqlTexts*>;
using SqlParameters = std::vector<SqlParameter>;

/// The rows that a statement gave, kept by whichever client library it was.
class SqlResult {
public:
    virtual ~SqlResult() = default;
    [[nodiscard]] virtual std::size_t size() const = 0;
    [[nodiscard]] virtual bool is_null(std::size_t row, int column) const = 0;
    [[nodiscard]] virtual std::int64_t integer(std::size_t row, int column) const = 0;
    /// *Lifetime*: that of the result. Empty for null.
    [[nodiscard]] virtual std::string_view text(std::size_t row, int column) const = 0;
    /// How many rows the statement changed or gave.
    [[nodiscard]] virtual std::int64_t changes() const = 0;
};

/// Rows, one after another.
class SqlRows {
public:
    explicit SqlRows(std::unique_ptr<SqlResult> result) : result_(std::move(result)) {}

    /// Goes to the next row, at first to the first one; false if there is none.
    [[nodiscard]] bool next() { return ++row_ <= result_->size(); }
    [[nodiscard]] std::size_t size() const { return result_->size(); }
    [[nodiscard]] std::int64_t changes() const { return result_->changes(); }
    [[nodiscard]] bool is_null(int column) const { return result_->is_null(row_ - 1, column); }
    [[nodiscard]] std::int64_t integer(int column) const {
        return result_->integer(row_ - 1, column);
    }
    [[nodiscard]] Instant instant(int column) const {
        return Instant(std::chrono::microseconds(integer(column)));
    }
    [[nodiscard]] std::optional<Instant> optional_instant(int column) const {
        return is_null(column) ? std::nullopt : std::optional(instant(column));
    }
    [[nodiscard]] std::string_view text(int column) const {
        return result_->text(row_ - 1, column);
    }

private:
    std::unique_ptr<SqlResult> result_;
    std::size_t row_ = 0;
};

/// *Thread safety*: none. *Throws*, from every function that talks to the server,
/// SqlConflictError, StoreUnavailableError, SqlDuplicateError or StoreError, whichever the server's
/// answer means; what was sent and not received is dropped then, and the transaction has to be
/// rolled back.
class SqlConnection {
public:
    virtual ~SqlConnection() = default;

    /// Statements may be sent before the answers of those before them are received: the server
    /// works while the client goes on, and several share one way to the server and back.
    virtual void send(SqlStatement statement, const SqlParameters& parameters) = 0;
    /// The answer of the earliest statement that was sent and not received.
    [[nodiscard]] virtual SqlRows receive() = 0;

    /// May be sent with what follows.
    virtual void begin() = 0;
    /// When it throws StoreUnavailableError, the transaction may have been committed all the same.
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;
    /// False once the connection is lost: then only another one will do.
    [[nodiscard]] virtual bool is_usable() const = 0;

    /// Answers that are of no interest but for their errors.
    void receive_and_drop(std::size_t answers) {
        for (std::size_t i = 0; i < answers; ++i) static_cast<void>(receive());
    }
    [[nodiscard]] SqlRows query(SqlStatement statement, const SqlParameters& parameters) {
        send(statement, parameters);
        return receive();
    }
    std::int64_t run(SqlStatement statement, const SqlParameters& parameters) {
        return query(statement, parameters).changes();
    }
};

}  // namespace punctual::detail
