#pragma once
// The text of a statement with the places that its parameters go to.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace punctual::detail {

/// What stands in the place of a `?`.
struct MysqlPlace {
    enum class Kind : std::uint8_t {
        parameter,  ///< `:1`: the first parameter, which may be a column.
        rows,       ///< `:rows`: all columns as one JSON text, an array for each row.
        column,     ///< `:rows1`: the same of the first parameter alone.
        result,     ///< `:result0`: the first column of what the statement before it gave.
    };
    Kind kind;
    std::size_t index;
};

/// Parameters may stand in any order in it, and more than once.
struct MysqlStatementText {
    std::string sql;
    std::vector<MysqlPlace> places;
};

/// *Throws* StoreError for a place that is none.
[[nodiscard]] MysqlStatementText parse_mysql_statement(std::string_view text);

}  // namespace punctual::detail
