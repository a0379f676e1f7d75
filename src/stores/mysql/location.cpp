#include "stores/mysql/location.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <optional>

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

using Tls = MysqlLocation::Tls;

struct TlsName {
    std::string_view name;
    Tls tls;
};

// Those of MySQL's ssl-mode and MariaDB's sslMode, in small letters, beside our own.
constexpr std::array<TlsName, 9> tls_names = {{
    {"off", Tls::off},
    {"disabled", Tls::off},
    {"disable", Tls::off},
    {"preferred", Tls::preferred},
    {"required", Tls::required},
    {"verify_ca", Tls::verify_authority},
    {"verify", Tls::verify},
    {"verify_identity", Tls::verify},
    {"verify_full", Tls::verify},
}};

Tls read_tls(const StoreUrl& url, const StoreUrlOption& option) {
    std::string value = url.text(option);
    std::ranges::transform(value, value.begin(), [](char byte) {
        if (byte == '-') return '_';
        return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
    });
    const auto* found = std::ranges::find(tls_names, value, &TlsName::name);
    if (found != tls_names.end()) return found->tls;
    url.refuse_value(option,
                     "DISABLED (off), PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY (verify)");
}

bool is_about_tls(const StoreUrlOption& option) {
    return option.is("ssl_mode") || option.is("ssl") || option.is("sslmode") ||
           option.is("sslMode");
}

void read_option(const StoreUrl& url, const StoreUrlOption& option, MysqlLocation& location) {
    if (option.is("socket") || option.is("unix_socket")) {
        location.socket = url.text(option);
    } else if (option.is("prefix")) {
        location.prefix = read_table_prefix(url, option);
    } else if (option.is("ssl_ca")) {
        location.tls_authority = url.text(option);
    } else if (option.is("ssl_cert")) {
        location.tls_certificate = url.text(option);
    } else if (option.is("ssl_key")) {
        location.tls_key = url.text(option);
    } else if (option.is("connect_timeout")) {
        location.connect_timeout_seconds = url.number(option, 1, longest_timeout, "seconds");
    } else if (option.is("answer_timeout")) {
        location.answer_timeout_seconds = url.number(option, 1, longest_timeout, "seconds");
    } else if (option.is("charset")) {
        // URLs that come from elsewhere often say so.
        if (option.value != "utf8mb4") url.refuse_value(option, "only utf8mb4");
    } else {
        url.refuse_option(option,
                          "socket, prefix, connect_timeout, answer_timeout, ssl-mode, ssl-ca, "
                          "ssl-cert and ssl-key");
    }
}

// Who names files for it wants it.
Tls usual_tls(const MysqlLocation& location) {
    if (!location.tls_authority.empty()) return Tls::verify;
    const bool has_certificate = !location.tls_certificate.empty() || !location.tls_key.empty();
    return has_certificate ? Tls::required : Tls::off;
}

// What the options say together is never less than what one of them says.
Tls checked_tls(const StoreUrl& url, Tls tls, const MysqlLocation& location) {
    const bool has_authority = !location.tls_authority.empty();
    if (tls == Tls::required && has_authority) return Tls::verify_authority;
    if (tls == Tls::preferred && has_authority) {
        url.refuse(
            "has an ssl-ca, by which ssl-mode=PREFERRED checks nothing: that is VERIFY_CA or "
            "VERIFY_IDENTITY");
    }
    if (tls == Tls::verify_authority && !has_authority) {
        url.refuse(
            "has ssl-mode=VERIFY_CA and no ssl-ca with the authority: VERIFY_IDENTITY trusts "
            "those of the system");
    }
    return tls;
}

void read_options(const StoreUrl& url, MysqlLocation& location) {
    std::optional<Tls> tls;
    for (const StoreUrlOption& option : url.options()) {
        if (!is_about_tls(option)) {
            read_option(url, option, location);
            continue;
        }
        const Tls value = read_tls(url, option);
        if (tls && *tls != value) url.refuse("says by two options what is to be of TLS (ssl-mode)");
        tls = value;
    }
    location.tls = tls ? checked_tls(url, *tls, location) : usual_tls(location);
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
