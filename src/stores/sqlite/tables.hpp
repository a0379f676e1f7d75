#pragma once
// The names of the store's tables in a SQLite database.

#include <string>
#include <string_view>

namespace punctual::detail {

/// Of one store: two stores in one file differ in the prefix, which is of plain letters.
struct SqliteTables {
    std::string prefix;
    /// What the connection calls the database: others when it has attached it.
    std::string schema = "main";

    /// "jobs" as "main".prefix_jobs: a temporary table of that name is another one.
    [[nodiscard]] std::string operator[](std::string_view name) const {
        std::string quoted = "\"";
        for (const char byte : schema) quoted += byte == '"' ? "\"\"" : std::string(1, byte);
        return quoted + "\"." + plain(name);
    }
    [[nodiscard]] std::string plain(std::string_view name) const {
        return prefix + std::string(name);
    }
};

}  // namespace punctual::detail
