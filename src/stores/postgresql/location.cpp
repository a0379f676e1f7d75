#include "stores/postgresql/location.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <algorithm>
#include <array>
#include <memory>

#include "stores/percent_codes.hpp"
#include "stores/sql/table_prefix.hpp"
#include "stores/store_url.hpp"

namespace punctual::detail {

namespace {

constexpr std::size_t longest_schema = 63;
constexpr unsigned longest_timeout = 3600;

constexpr std::array<std::string_view, 2> schemes = {"postgresql", "postgres"};
constexpr StoreUrlKind kind = {
    .name = "PostgreSQL",
    .schemes = schemes,
    .example = "postgresql://user:password@host:5432/database?schema=jobs"};

// The last one counts, as in libpq.
void set_parameter(PostgresqlLocation& location, std::string_view keyword, std::string value) {
    const auto found = std::ranges::find(location.parameters, keyword, [](const auto& entry) {
        return std::string_view(entry.first);
    });
    if (found != location.parameters.end()) {
        found->second = std::move(value);
    } else {
        location.parameters.emplace_back(keyword, std::move(value));
    }
}

// "a,b,,c" as libpq has lists.
std::vector<std::string> parts_of(std::string_view list) {
    std::vector<std::string> parts;
    split(list, ',', [&](std::string_view part) { parts.emplace_back(part); });
    return parts;
}

bool is_keyword(std::string_view name) {
    static const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse("", nullptr), PQconninfoFree);
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->keyword == name) return true;
    }
    return false;
}

void read_option(const StoreUrl& url, const StoreUrlOption& option, PostgresqlLocation& location) {
    if (option.is("schema")) {
        location.schema = url.text(option);
        if (!location.schema.empty() && location.schema.size() <= longest_schema) return;
        url.refuse_value(option, fmt::format("1 to {} bytes", longest_schema));
    } else if (option.is("prefix")) {
        location.prefix = read_table_prefix(url, option);
    } else if (option.is("answer_timeout")) {
        location.answer_timeout_seconds = url.number(option, 1, longest_timeout, "seconds");
    } else if (option.name == "ssl" && option.value == "true") {
        // URLs of JDBC say so, and libpq takes it.
        set_parameter(location, "sslmode", "require");
    } else if (option.is("connect_timeout")) {
        set_parameter(location, "connect_timeout", option.value);
    } else if (is_keyword(option.name)) {
        set_parameter(location, option.name, option.value);
    } else {
        url.refuse_option(option, "schema, prefix, answer_timeout and those of libpq");
    }
}

void read_servers(const StoreUrl& url, PostgresqlLocation& location) {
    std::string hosts;
    std::string ports;
    for (const StoreUrlServer& server : url.servers()) {
        hosts += "," + server.host;
        ports += "," + (server.port == 0 ? "" : std::to_string(server.port));
    }
    const auto set = [&](std::string_view keyword, const std::string& list) {
        const bool is_given = list.find_first_not_of(',') != std::string::npos;
        if (is_given) set_parameter(location, keyword, list.substr(1));
    };
    set("host", hosts);
    set("port", ports);
}

// One, or as many as there are hosts. libpq tells it only when it connects.
void check_servers(const StoreUrl& url, const PostgresqlLocation& location) {
    for (const std::string& port : parts_of(location.parameter("port"))) {
        if (!port.empty() && !read_number(port, 1, 65535)) {
            url.refuse("has a port that is no number from 1 to 65535");
        }
    }
    try {
        static_cast<void>(location.servers());
    } catch (const ValueError& error) {
        url.refuse(error.what());
    }
}

// "host:port", and the folder of a socket with its slashes as percent codes, as libpq reads it.
std::string describe_server(const PostgresqlServer& server) {
    const std::string& host = server.host.empty() ? server.address : server.host;
    const bool is_ipv6 = host.find(':') != std::string::npos;
    std::string text = is_ipv6 ? "[" + host + "]" : encode_percent_codes(host, "-._~");
    if (!server.port.empty()) text += ":" + server.port;
    return text;
}

}  // namespace

std::string PostgresqlLocation::parameter(std::string_view keyword) const {
    const auto found = std::ranges::find(
        parameters, keyword, [](const auto& entry) { return std::string_view(entry.first); });
    return found == parameters.end() ? std::string() : found->second;
}

std::vector<PostgresqlServer> PostgresqlLocation::servers() const {
    const std::vector<std::string> hosts = parts_of(parameter("host"));
    const std::vector<std::string> addresses = parts_of(parameter("hostaddr"));
    const std::vector<std::string> ports = parts_of(parameter("port"));
    const std::size_t count = std::max(hosts.size(), addresses.size());
    const auto fits = [&](const std::vector<std::string>& list) {
        return list.size() == count || (list.size() == 1 && list[0].empty());
    };
    if (!fits(hosts) || !fits(addresses) || (!fits(ports) && ports.size() != 1)) {
        throw ValueError("has other than as many hosts, addresses (hostaddr) and ports");
    }
    const auto take = [](const std::vector<std::string>& list, std::size_t index) {
        return list[list.size() == 1 ? 0 : index];
    };
    std::vector<PostgresqlServer> servers;
    for (std::size_t i = 0; i < count; ++i) {
        servers.push_back({take(hosts, i), take(addresses, i), take(ports, i)});
    }
    return servers;
}

std::string PostgresqlLocation::describe() const {
    std::string text = "postgresql://";
    if (const std::string user = parameter("user"); !user.empty()) {
        text += encode_percent_codes(user) + "@";
    }
    const std::vector<PostgresqlServer> all = servers();
    // One socket is written as people do.
    const std::string socket = all.size() == 1 && all[0].host.starts_with('/') ? all[0].host : "";
    if (!socket.empty()) {
        if (!all[0].port.empty()) text += ":" + all[0].port;
    } else {
        for (const PostgresqlServer& server : all) {
            if (&server != all.data()) text += ",";
            text += describe_server(server);
        }
    }
    text += "/" + encode_percent_codes(parameter("dbname"));
    char separator = '?';
    const auto add_option = [&](std::string_view name, std::string_view value) {
        text += fmt::format("{}{}={}", separator, name, encode_percent_codes(value));
        separator = '&';
    };
    if (!socket.empty()) add_option("host", socket);
    if (!schema.empty()) add_option("schema", schema);
    if (prefix != PostgresqlLocation().prefix) add_option("prefix", prefix);
    return text;
}

PostgresqlLocation parse_postgresql_url(std::string_view text) {
    const StoreUrl url(text, kind);
    PostgresqlLocation location;
    if (!url.user().empty()) set_parameter(location, "user", url.user());
    if (url.password()) set_parameter(location, "password", *url.password());
    read_servers(url, location);
    if (!url.path().empty()) set_parameter(location, "dbname", url.path());
    for (const StoreUrlOption& option : url.options()) read_option(url, option, location);
    check_servers(url, location);
    return location;
}

}  // namespace punctual::detail
