#include "stores/mysql/location.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <optional>

#include "stores/percent_codes.hpp"
#include "stores/sql/table_prefix.hpp"

namespace punctual::detail {

namespace {

// URLs hold passwords, so no message shows one.
[[noreturn]] void throw_malformed(const std::string& reason) {
    throw ConfigurationError(
        fmt::format("the URL of the MySQL store {}; it is like "
                    "mysql://user:password@host:3306/database?prefix=cron_",
                    reason));
}

std::string decode(std::string_view text) {
    try {
        return decode_percent_codes(text);
    } catch (const ValueError&) {
        // What follows a stray % may be of a password.
        throw_malformed("has a % that begins no percent code (a % itself is %25)");
    }
}

std::string encode_percent_codes(std::string_view text) {
    std::string encoded;
    for (const char byte : text) {
        const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                           (byte >= 'A' && byte <= 'Z') ||
                           std::string_view("-._~/").find(byte) != std::string_view::npos;
        encoded +=
            plain ? std::string(1, byte) : fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
    return encoded;
}

std::optional<unsigned> read_number(std::string_view text, unsigned most) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool fits =
        error == std::errc() && end == text.data() + text.size() && number > 0 && number <= most;
    return fits ? std::optional(number) : std::nullopt;
}

std::string checked_prefix(const std::string& prefix) {
    try {
        return check_table_prefix(prefix);
    } catch (const ValueError& error) {
        throw_malformed(error.what());
    }
}

MysqlLocation::Tls read_tls(std::string_view value) {
    if (value == "off") return MysqlLocation::Tls::off;
    if (value == "required") return MysqlLocation::Tls::required;
    if (value == "verify") return MysqlLocation::Tls::verify;
    throw_malformed(fmt::format("has ssl={}, which can be off, required or verify", value));
}

// "user:password@host:port"
void read_authority(std::string_view authority, MysqlLocation& location) {
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        const std::string_view login = authority.substr(0, at);
        const std::size_t colon = login.find(':');
        location.user = decode(login.substr(0, colon));
        if (colon != std::string_view::npos) {
            location.password = decode(login.substr(colon + 1));
        }
        authority.remove_prefix(at + 1);
    }
    // Colons in brackets are those of an IPv6 address.
    const std::size_t bracket = authority.find(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    std::string_view host = authority.substr(0, colon);
    if (bracket != std::string_view::npos && host.starts_with('[')) {
        host = host.substr(1, bracket - 1);
    }
    location.host = decode(host);
    if (colon == std::string_view::npos) return;
    const auto port = read_number(authority.substr(colon + 1), 65535);
    // It may be a part of a password with a raw @ or / in it, so it is not shown.
    if (!port) throw_malformed("has a port that is no number from 1 to 65535");
    location.port = *port;
}

unsigned read_timeout(std::string_view name, const std::string& value) {
    const auto seconds = read_number(value, 3600);
    if (seconds) return *seconds;
    throw_malformed(fmt::format("has {}={}, which can be 1 to 3600 seconds", name, value));
}

// Returns whether it says how TLS is to be used.
bool read_option(std::string_view name, std::string value, MysqlLocation& location) {
    if (name == "socket") {
        location.socket = std::move(value);
    } else if (name == "prefix") {
        location.prefix = checked_prefix(value);
    } else if (name == "ssl-ca") {
        location.tls_authority = std::move(value);
    } else if (name == "ssl-cert") {
        location.tls_certificate = std::move(value);
    } else if (name == "ssl-key") {
        location.tls_key = std::move(value);
    } else if (name == "ssl") {
        location.tls = read_tls(value);
        return true;
    } else if (name == "connect-timeout") {
        location.connect_timeout_seconds = read_timeout(name, value);
    } else if (name == "answer-timeout") {
        location.answer_timeout_seconds = read_timeout(name, value);
    } else if (name == "charset") {
        // URLs that come from elsewhere often say so.
        if (value != "utf8mb4") {
            throw_malformed(fmt::format("has charset={}, which can only be utf8mb4", value));
        }
    } else {
        throw_malformed(
            fmt::format("has the option {}, which is none of socket, prefix, connect-timeout, "
                        "answer-timeout, ssl, ssl-ca, ssl-cert and ssl-key",
                        name));
    }
    return false;
}

void read_options(std::string_view query, MysqlLocation& location) {
    bool has_tls = false;
    while (!query.empty()) {
        const std::string_view option = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), option.size() + 1));
        const std::size_t equals = option.find('=');
        if (equals == std::string_view::npos) {
            throw_malformed("has an option without a value");
        }
        if (read_option(option.substr(0, equals), decode(option.substr(equals + 1)), location)) {
            has_tls = true;
        }
    }
    // Who names files for it wants it.
    if (has_tls) return;
    if (!location.tls_authority.empty()) {
        location.tls = MysqlLocation::Tls::verify;
    } else if (!location.tls_certificate.empty() || !location.tls_key.empty()) {
        location.tls = MysqlLocation::Tls::required;
    }
}

}  // namespace

std::string MysqlLocation::describe() const {
    std::string text = "mysql://";
    if (!user.empty()) text += encode_percent_codes(user) + "@";
    text += host.find(':') == std::string::npos ? encode_percent_codes(host)
                                                : fmt::format("[{}]", host);
    if (port != 0) text += fmt::format(":{}", port);
    text += "/" + encode_percent_codes(database);
    char separator = '?';
    const auto add_option = [&](std::string_view name, std::string_view value) {
        text += fmt::format("{}{}={}", separator, name, encode_percent_codes(value));
        separator = '&';
    };
    if (!socket.empty()) add_option("socket", socket);
    if (prefix != MysqlLocation().prefix) add_option("prefix", prefix);
    return text;
}

MysqlLocation parse_mysql_url(std::string_view url) {
    if (!url.starts_with("mysql://") && !url.starts_with("mariadb://")) {
        throw_malformed("does not begin with mysql://");
    }
    url.remove_prefix(url.find("://") + 3);
    MysqlLocation location;
    const std::size_t question = url.find('?');
    const std::string_view place = url.substr(0, question);
    const std::size_t slash = place.find('/');
    read_authority(place.substr(0, slash), location);
    if (slash != std::string_view::npos) {
        location.database = decode(place.substr(slash + 1));
    }
    if (location.database.empty()) throw_malformed("names no database");
    if (question != std::string_view::npos) read_options(url.substr(question + 1), location);
    return location;
}

}  // namespace punctual::detail
