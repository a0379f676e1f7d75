#pragma once
// A prepared statement, with the parameters of the store bound to it.

#include <mysql.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stores/mysql/rows.hpp"
#include "stores/mysql/statement_text.hpp"
#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// *Lifetime*: within that of the connection. *Throws* MysqlFailure everywhere.
class MysqlPrepared {
public:
    MysqlPrepared(MYSQL* connection, std::string_view text);

    /// Executes it with columns as arrays, or as JSON, whichever its text asks for: in as few parts
    /// as the server takes, of `limit` bytes. `given` is what the statement before it gave. What
    /// it gives is added to `rows`.
    void execute(const SqlParameters& parameters, const MysqlRows* given, std::size_t limit,
                 MysqlRows& rows);

private:
    struct Close {
        void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
    };
    /// What an array of parameters is made of, in the layout of the client library.
    struct Array {
        enum_field_types type = MYSQL_TYPE_LONGLONG;
        std::vector<std::int64_t> integers;
        std::vector<const char*> texts;
        std::vector<unsigned long> lengths;
        std::vector<char> indicators;
    };

    [[nodiscard]] bool takes_json() const;
    [[nodiscard]] bool takes_arrays(const SqlParameters& parameters) const;
    void execute_with_json(const SqlParameters& parameters, std::size_t limit, MysqlRows& rows);
    void execute_with_arrays(const SqlParameters& parameters, const MysqlRows* given,
                             std::size_t limit, MysqlRows& rows);
    void execute_once(const SqlParameters& parameters, MysqlRows& rows);
    void bind_value(std::size_t place, const SqlParameter& value);
    /// Returns how many rows it has, 0 for a single value, which is set by `repeat_value`.
    [[nodiscard]] std::size_t fill(Array& array, const MysqlPlace& place,
                                   const SqlParameters& parameters, const MysqlRows* given);
    [[nodiscard]] std::size_t rows_that_fit(std::size_t first, std::size_t count,
                                            std::size_t limit) const;
    void execute_part(std::size_t first, std::size_t count, MysqlRows& rows);
    void run(MysqlRows& rows);
    [[noreturn]] void fail() const;

    MysqlStatementText text_;
    std::unique_ptr<MYSQL_STMT, Close> handle_;
    // Kept from one execution to the next, for their memory.
    std::vector<MYSQL_BIND> binds_;
    std::vector<std::int64_t> integers_;
    std::vector<unsigned long> lengths_;
    std::vector<Array> arrays_;
    std::string json_;
};

}  // namespace punctual::detail
