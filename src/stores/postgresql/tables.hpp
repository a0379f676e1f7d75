#pragma once
// The names of the store's tables on a PostgreSQL server.

#include <string>
#include <string_view>

namespace punctual::detail {

/// A name as SQL has it, whatever is in it.
[[nodiscard]] std::string quote_name(std::string_view name);
/// A text as SQL has it.
[[nodiscard]] std::string quote_text(std::string_view text);

/// Of one store: two stores in one database differ in one of these.
struct PostgresqlTables {
    std::string schema;
    std::string prefix;

    /// "jobs" as "schema"."prefix_jobs".
    [[nodiscard]] std::string operator[](std::string_view name) const {
        return quote_name(schema) + "." + quote_name(plain(name));
    }
    [[nodiscard]] std::string plain(std::string_view name) const {
        return prefix + std::string(name);
    }
};

/// What indexes have in the place of an id, which may be longer than an entry of an index: for a
/// long one the begin and a hash. `column` holds the id.
[[nodiscard]] std::string key_of(std::string_view column);

}  // namespace punctual::detail
