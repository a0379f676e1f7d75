#pragma once
// The names of the store's tables on a MariaDB server.

#include <string>
#include <string_view>

namespace punctual::detail {

/// A text as SQL has it. For names of ours: it knows quotes and backslashes only.
[[nodiscard]] std::string quote_mysql_text(std::string_view text);

/// Of one store: two stores in one database differ in the prefix, which is of plain letters.
struct MysqlTables {
    std::string prefix;

    /// "jobs" as `prefix_jobs`, quoted.
    [[nodiscard]] std::string operator[](std::string_view name) const {
        return "`" + plain(name) + "`";
    }
    [[nodiscard]] std::string plain(std::string_view name) const {
        return prefix + std::string(name);
    }
};

/// What indexes have in the place of an id, which may be longer than an entry of an index: for a
/// long one the begin and a hash. `value` is an expression for the id.
[[nodiscard]] std::string mysql_key_of(std::string_view value);

}  // namespace punctual::detail
