#pragma once
// Where jobs are on a MariaDB server: what a URL says.

#include <cstdint>
#include <string>
#include <string_view>

namespace punctual::detail {

struct MysqlLocation {
    enum class Tls : std::uint8_t {
        off,
        preferred,         ///< Where the server has it; else everybody on the way reads along.
        required,          ///< Whoever the server is.
        verify_authority,  ///< The server's certificate is of `tls_authority`.
        verify,            ///< The server's certificate is checked, and that it is for the host.
    };

    std::string user;
    std::string password;
    std::string host;
    /// 0: the usual one.
    unsigned port = 0;
    /// Empty: by the host.
    std::string socket;
    std::string database;
    /// How the names of all tables begin.
    std::string prefix = "punctual_";
    Tls tls = Tls::off;
    std::string tls_authority;  ///< Empty: those that the system trusts.
    std::string tls_certificate;
    std::string tls_key;
    unsigned connect_timeout_seconds = 10;
    /// A connection whose server says nothing for so long counts as lost.
    unsigned answer_timeout_seconds = 60;

    /// As in messages: a URL without the password.
    [[nodiscard]] std::string describe() const;
};

/// Of `mysql://user:password@host:port/database?option=value`. *Throws* ConfigurationError, whose
/// message shows neither the password nor the URL.
[[nodiscard]] MysqlLocation parse_mysql_url(std::string_view url);

}  // namespace punctual::detail
