#include "stores/redis/location.hpp"

#include <fmt/format.h>
#include <array>

#include "stores/store_url.hpp"

namespace punctual::detail {

namespace {

constexpr unsigned highest_database = 1'000'000;
constexpr Duration longest_time = std::chrono::hours(24);

constexpr std::array<std::string_view, 3> schemes = {"redis", "redis+unix", "unix"};
constexpr StoreUrlKind kind = {
    .name = "Redis",
    .schemes = schemes,
    .example = "redis://:password@host:6379/0 or redis+unix:///path/to.sock?db=0"};

std::string read_prefix(const StoreUrl& url, const StoreUrlOption& option) {
    const std::string& prefix = url.text(option);
    const bool has_braces = prefix.find_first_of("{}") != std::string::npos;
    if (!prefix.empty() && prefix.size() <= 200 && !has_braces) return prefix;
    url.refuse_value(option, "1 to 200 bytes without braces");
}

void read_option(const StoreUrl& url, const StoreUrlOption& option, RedisLocation& location) {
    if (option.is("prefix")) {
        location.prefix = read_prefix(url, option);
    } else if (option.is("db")) {
        location.database = static_cast<int>(url.number(option, 0, highest_database));
    } else if (option.is("answer_timeout") || option.is("timeout")) {
        location.answer_timeout = url.duration(option, 1ms, longest_time);
    } else if (option.is("connect_timeout")) {
        location.connect_timeout = url.duration(option, 1ms, longest_time);
    } else if (option.is("lease")) {
        location.lease = url.duration(option, 1s, longest_time);
    } else {
        url.refuse_option(option, "prefix, db, answer_timeout, connect_timeout and lease");
    }
}

void read_login(const StoreUrl& url, RedisLocation& location) {
    if (!url.has_login()) return;
    if (!url.password()) {
        url.refuse("has a user without a password: user:password@host, or :password@host");
    }
    location.user = url.user();
    location.password = *url.password();
}

void read_server(const StoreUrl& url, RedisLocation& location) {
    const StoreUrlServer& server = url.only_server();
    if (!server.host.empty()) location.host = server.host;
    if (server.port != 0) location.port = static_cast<int>(server.port);
    if (url.path().empty()) return;
    const auto database = read_number(url.path(), 0, highest_database);
    // It may be of a password whose @ is missing.
    if (!database) url.refuse("has a database that is no number from 0");
    location.database = static_cast<int>(*database);
}

void read_socket(const StoreUrl& url, RedisLocation& location) {
    const StoreUrlServer& server = url.only_server();
    if (!server.host.empty() || server.port != 0) {
        url.refuse("names a server and a socket: a path begins with a third slash");
    }
    if (url.path().empty()) url.refuse("names no socket: its path begins with a third slash");
    location.socket_path = "/" + url.path();
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

RedisLocation parse_redis_url(std::string_view text) {
    const StoreUrl url(text, kind);
    RedisLocation location;
    read_login(url, location);
    if (url.scheme() == "redis") {
        read_server(url, location);
    } else {
        read_socket(url, location);
    }
    for (const StoreUrlOption& option : url.options()) read_option(url, option, location);
    return location;
}

}  // namespace punctual::detail
