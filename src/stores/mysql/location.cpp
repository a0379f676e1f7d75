#include "stores/mysql/location.hpp"

#include <fmt/format.h>
#include <array>

#include "stores/percent_codes.hpp"
#include "stores/sql/table_prefix.hpp"
#include "stores/store_url.hpp"

namespace punctual::detail {

namespace {

constexpr unsigned longest_timeout = 3600;

constexpr std::array<std::string_view, 2> schemes = {"mysql", "mariadb"};
constexpr StoreUrlKind kind = {.name = "MySQL",
                               .schemes = schemes,
                               .example = "mysql://user:password@host:3306/database?prefix=cron_"};

MysqlLocation::Tls read_tls(const StoreUrl& url, const StoreUrlOption& option) {
    const std::string& value = url.text(option);
    if (value == "off") return MysqlLocation::Tls::off;
    if (value == "required") return MysqlLocation::Tls::required;
    if (value == "verify") return MysqlLocation::Tls::verify;
    url.refuse_value(option, "off, required or verify");
}

// Returns whether it says how TLS is to be used.
bool read_option(const StoreUrl& url, const StoreUrlOption& option, MysqlLocation& location) {
    if (option.is("socket")) {
        location.socket = url.text(option);
    } else if (option.is("prefix")) {
        location.prefix = read_table_prefix(url, option);
    } else if (option.is("ssl_ca")) {
        location.tls_authority = url.text(option);
    } else if (option.is("ssl_cert")) {
        location.tls_certificate = url.text(option);
    } else if (option.is("ssl_key")) {
        location.tls_key = url.text(option);
    } else if (option.is("ssl")) {
        location.tls = read_tls(url, option);
        return true;
    } else if (option.is("connect_timeout")) {
        location.connect_timeout_seconds = url.number(option, 1, longest_timeout, "seconds");
    } else if (option.is("answer_timeout")) {
        location.answer_timeout_seconds = url.number(option, 1, longest_timeout, "seconds");
    } else if (option.is("charset")) {
        // URLs that come from elsewhere often say so.
        if (option.value != "utf8mb4") url.refuse_value(option, "only utf8mb4");
    } else {
        url.refuse_option(option,
                          "socket, prefix, connect_timeout, answer_timeout, ssl, ssl-ca, ssl-cert "
                          "and ssl-key");
    }
    return false;
}

void read_options(const StoreUrl& url, MysqlLocation& location) {
    bool has_tls = false;
    for (const StoreUrlOption& option : url.options()) {
        if (read_option(url, option, location)) has_tls = true;
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

MysqlLocation parse_mysql_url(std::string_view text) {
    const StoreUrl url(text, kind);
    MysqlLocation location;
    location.user = url.user();
    location.password = url.password().value_or("");
    location.host = url.only_server().host;
    location.port = url.only_server().port;
    location.database = url.path();
    if (location.database.empty()) url.refuse("names no database");
    read_options(url, location);
    return location;
}

}  // namespace punctual::detail
