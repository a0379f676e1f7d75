#pragma once
// Where jobs are on a PostgreSQL server: what a URL says.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace punctual::detail {

struct PostgresqlLocation {
    /// What libpq calls parameters: host, user, password and so on.
    std::vector<std::pair<std::string, std::string>> parameters;
    /// Empty: the one that the server gives the user.
    std::string schema;
    /// How the names of all tables begin.
    std::string prefix = "punctual_";
    /// A connection whose server says nothing for so long counts as lost.
    unsigned answer_timeout_seconds = 60;

    /// A parameter that was given; empty if it was not.
    [[nodiscard]] std::string parameter(std::string_view keyword) const;
    /// As in messages: a URL without the password.
    [[nodiscard]] std::string describe() const;
};

/// Of `postgresql://user:password@host:port/database?option=value`. *Throws* ConfigurationError,
/// whose message shows neither the password nor the URL.
[[nodiscard]] PostgresqlLocation parse_postgresql_url(std::string_view url);

}  // namespace punctual::detail
