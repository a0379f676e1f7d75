#include "stores/redis/location.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <charconv>
#include <optional>

#include "stores/percent_codes.hpp"

namespace punctual::detail {

namespace {

// The URL may hold a password, so that no message shows it.
[[noreturn]] void throw_malformed(const std::string& reason) {
    throw ConfigurationError(
        fmt::format("the URL of a Redis store {}; it is like redis://:password@host:6379/0 or "
                    "redis+unix:///path/to.sock?db=0",
                    reason));
}

std::string decode(std::string_view text) {
    try {
        return decode_percent_codes(text);
    } catch (const ValueError& error) {
        throw_malformed(error.what());
    }
}

std::string decode_secret(std::string_view text) {
    try {
        return decode_percent_codes(text);
    } catch (const ValueError&) {
        throw_malformed(
            "has a percent code that is none in its user or password (a percent sign "
            "is written %25)");
    }
}

std::optional<int> read_number(std::string_view text, int most) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0 || number > most) {
        return std::nullopt;
    }
    return number;
}

int read_database(std::string_view text) {
    const auto number = read_number(text, 1'000'000);
    if (!number) {
        throw_malformed(fmt::format("has the database \"{}\", which is a number from 0", text));
    }
    return *number;
}

std::string read_prefix(const std::string& text) {
    const bool is_wrong = text.find_first_of("{}") != std::string::npos;
    if (text.empty() || text.size() > 200 || is_wrong) {
        throw_malformed(
            fmt::format("has the prefix \"{}\", which has 1 to 200 bytes and no braces", text));
    }
    return text;
}

Duration read_duration(std::string_view key, const std::string& text, Duration least) {
    try {
        const Duration length = parse_duration(text);
        if (length < least || length > std::chrono::hours(24)) {
            throw ValueError(
                fmt::format("{} is out of range: {} to 1d", text, format_duration(least)));
        }
        return length;
    } catch (const ValueError& error) {
        throw_malformed(fmt::format("has a wrong {}: {}", key, error.what()));
    }
}

void set_option(RedisLocation& location, std::string_view key, const std::string& value) {
    if (key == "prefix") {
        location.prefix = read_prefix(value);
    } else if (key == "db") {
        location.database = read_database(value);
    } else if (key == "timeout") {
        location.timeout = read_duration(key, value, 1ms);
    } else if (key == "connect_timeout") {
        location.connect_timeout = read_duration(key, value, 1ms);
    } else if (key == "lease") {
        location.lease = read_duration(key, value, 1s);
    } else {
        throw_malformed(
            fmt::format("has an unknown option \"{}\"; there are prefix, db, timeout, "
                        "connect_timeout and lease",
                        key));
    }
}

void parse_options(RedisLocation& location, std::string_view query) {
    while (!query.empty()) {
        const std::string_view option = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), option.size() + 1));
        const std::size_t equals = option.find('=');
        if (equals == std::string_view::npos) {
            throw_malformed(fmt::format("has an option without a value: \"{}\"", option));
        }
        set_option(location, option.substr(0, equals), decode(option.substr(equals + 1)));
    }
}

// "user:password@", ":password@"; the last @ ends it, for people forget to escape those before.
std::string_view parse_user(RedisLocation& location, std::string_view authority) {
    const std::size_t at = authority.rfind('@');
    if (at == std::string_view::npos) return authority;
    const std::string_view user = authority.substr(0, at);
    const std::size_t colon = user.find(':');
    if (colon == std::string_view::npos) {
        throw_malformed("has a user without a password: user:password@host, or :password@host");
    }
    location.user = decode_secret(user.substr(0, colon));
    location.password = decode_secret(user.substr(colon + 1));
    return authority.substr(at + 1);
}

void parse_port(RedisLocation& location, std::string_view text) {
    const auto port = read_number(text, 65535);
    if (!port || *port == 0) {
        throw_malformed(
            fmt::format("has the port \"{}\", which is a number from 1 to 65535", text));
    }
    location.port = *port;
}

void parse_host(RedisLocation& location, std::string_view authority) {
    std::string_view host = authority;
    std::string_view port;
    if (host.starts_with('[')) {
        const std::size_t bracket = host.find(']');
        if (bracket == std::string_view::npos) throw_malformed("has a [ without its ]");
        port = host.substr(bracket + 1);
        host = host.substr(1, bracket - 1);
    } else if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
        port = host.substr(colon);
        host = host.substr(0, colon);
    }
    if (!host.empty()) location.host = decode(host);
    if (port.empty()) return;
    if (port.front() != ':') throw_malformed("has something after the ] that is no port");
    parse_port(location, port.substr(1));
}

void parse_server(RedisLocation& location, std::string_view rest) {
    // A password may have slashes that nobody escaped: the path begins after the last @.
    const std::size_t at = rest.rfind('@');
    const std::size_t slash = rest.find('/', at == std::string_view::npos ? 0 : at);
    parse_host(location, parse_user(location, rest.substr(0, slash)));
    if (slash == std::string_view::npos || slash + 1 == rest.size()) return;
    location.database = read_database(rest.substr(slash + 1));
}

void parse_socket(RedisLocation& location, std::string_view rest) {
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos || slash + 1 == rest.size()) {
        throw_malformed("names no socket: its path begins with a third slash");
    }
    if (!parse_user(location, rest.substr(0, slash)).empty()) {
        throw_malformed("names a server and a socket: a path begins with a third slash");
    }
    location.socket_path = decode(rest.substr(slash));
}

}  // namespace

std::string RedisLocation::describe() const {
    const bool is_default = prefix == RedisLocation().prefix;
    if (!socket_path.empty()) {
        return fmt::format("redis+unix://{}?db={}{}", socket_path, database,
                           is_default ? "" : "&prefix=" + prefix);
    }
    const bool is_ipv6 = host.find(':') != std::string::npos;
    return fmt::format("redis://{}:{}/{}{}", is_ipv6 ? "[" + host + "]" : host, port, database,
                       is_default ? "" : "?prefix=" + prefix);
}

RedisLocation parse_redis_url(std::string_view url) {
    const std::size_t scheme_end = url.find("://");
    const std::string_view scheme = url.substr(0, scheme_end);
    const bool is_socket = scheme == "redis+unix" || scheme == "unix";
    if (scheme_end == std::string_view::npos || (!is_socket && scheme != "redis")) {
        throw_malformed("does not begin with redis://, redis+unix:// or unix://");
    }
    std::string_view rest = url.substr(scheme_end + 3);
    RedisLocation location;
    const std::size_t at = rest.rfind('@');
    const std::size_t question = rest.find('?', at == std::string_view::npos ? 0 : at);
    if (question != std::string_view::npos) {
        parse_options(location, rest.substr(question + 1));
        rest = rest.substr(0, question);
    }
    if (is_socket) {
        parse_socket(location, rest);
    } else {
        parse_server(location, rest);
    }
    return location;
}

}  // namespace punctual::detail
