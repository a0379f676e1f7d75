#pragma once
// Where jobs are on a PostgreSQL server: what a URL says.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace punctual::detail {

/// One of the servers that a URL names, as libpq takes it.
struct PostgresqlServer {
    std::string host;     ///< A name, an address or the folder of a socket; empty: libpq's default.
    std::string address;  ///< `hostaddr`, where no name is to be looked up.
    std::string port;     ///< Empty: the usual one.
};

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
    /// In the order in which they are tried. *Throws* ValueError if there are other than as many
    /// ports, or addresses, as hosts.
    [[nodiscard]] std::vector<PostgresqlServer> servers() const;
    /// As in messages: a URL without the password.
    [[nodiscard]] std::string describe() const;
};

/// Of `postgresql://user:password@host:port/database?option=value`. *Throws* ConfigurationError,
/// whose message shows neither the password nor the URL.
[[nodiscard]] PostgresqlLocation parse_postgresql_url(std::string_view url);

}  // namespace punctual::detail
