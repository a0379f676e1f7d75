#include "stores/postgresql/location.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <algorithm>
#include <charconv>
#include <memory>

#include "stores/percent_codes.hpp"
#include "stores/sql/table_prefix.hpp"

namespace punctual::detail {

namespace {

constexpr std::size_t longest_schema = 63;
constexpr unsigned longest_timeout = 3600;

// URLs hold passwords, so no message shows one.
[[noreturn]] void throw_malformed(const std::string& reason) {
    throw ConfigurationError(
        fmt::format("the URL of the PostgreSQL store {}; it is like "
                    "postgresql://user:password@host:5432/database?schema=jobs",
                    reason));
}

std::string decode(std::string_view text) {
    try {
        return decode_percent_codes(text);
    } catch (const ValueError& error) {
        throw_malformed(error.what());
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

std::string checked_prefix(const std::string& prefix) {
    try {
        return check_table_prefix(prefix);
    } catch (const ValueError& error) {
        throw_malformed(error.what());
    }
}

std::string checked_schema(std::string schema) {
    if (!schema.empty() && schema.size() <= longest_schema) return schema;
    throw_malformed(
        fmt::format("has schema={}, which can have 1 to {} bytes", schema, longest_schema));
}

unsigned checked_timeout(const std::string& text) {
    unsigned seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size() && seconds >= 1 &&
        seconds <= longest_timeout) {
        return seconds;
    }
    throw_malformed(
        fmt::format("has answer_timeout={}, which can be 1 to {} seconds", text, longest_timeout));
}

// One, or as many as there are hosts, with commas. libpq tells it only when it connects.
void check_port(const std::string& port) {
    if (port.find_first_not_of("0123456789,") == std::string::npos) return;
    throw_malformed("has a port that is no number");
}

// Takes our options out; the others are libpq's.
std::string take_options(std::string_view url, PostgresqlLocation& location) {
    const std::size_t question = url.find('?');
    std::string rest(url.substr(0, question));
    if (question == std::string_view::npos) return rest;
    std::string_view query = url.substr(question + 1);
    char separator = '?';
    while (!query.empty()) {
        const std::string_view option = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), option.size() + 1));
        if (option.starts_with("schema=")) {
            location.schema = checked_schema(decode(option.substr(7)));
        } else if (option.starts_with("prefix=")) {
            location.prefix = checked_prefix(decode(option.substr(7)));
        } else if (option.starts_with("answer_timeout=")) {
            location.answer_timeout_seconds = checked_timeout(decode(option.substr(15)));
        } else {
            rest += separator;
            rest += option;
            separator = '&';
        }
    }
    return rest;
}

// libpq quotes the URL, and with it the password, where it says what is wrong with it.
std::string without_quotes(std::string_view message) {
    message = message.substr(0, message.find('\n'));
    for (const std::string_view begin : {": \"", " \"", "\""}) {
        if (message.find("postgres") == std::string_view::npos &&
            message.find('@') == std::string_view::npos) {
            break;
        }
        message = message.substr(0, message.find(begin));
    }
    return std::string(message);
}

}  // namespace

std::string PostgresqlLocation::parameter(std::string_view keyword) const {
    const auto found = std::ranges::find(
        parameters, keyword, [](const auto& entry) { return std::string_view(entry.first); });
    return found == parameters.end() ? std::string() : found->second;
}

std::string PostgresqlLocation::describe() const {
    std::string text = "postgresql://";
    if (const std::string user = parameter("user"); !user.empty()) {
        text += encode_percent_codes(user) + "@";
    }
    const std::string host = parameter("host");
    const std::string port = parameter("port");
    const bool is_socket = host.starts_with('/');
    if (!is_socket) text += host;
    if (!port.empty()) text += ":" + port;
    text += "/" + encode_percent_codes(parameter("dbname"));
    char separator = '?';
    const auto add_option = [&](std::string_view name, std::string_view value) {
        text += fmt::format("{}{}={}", separator, name, encode_percent_codes(value));
        separator = '&';
    };
    if (is_socket) add_option("host", host);
    if (!schema.empty()) add_option("schema", schema);
    if (prefix != PostgresqlLocation().prefix) add_option("prefix", prefix);
    return text;
}

PostgresqlLocation parse_postgresql_url(std::string_view url) {
    if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) {
        throw_malformed("does not begin with postgresql://");
    }
    PostgresqlLocation location;
    const std::string rest = take_options(url, location);
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(rest.c_str(), &message), PQconninfoFree);
    const std::unique_ptr<char, decltype(&PQfreemem)> owned_message(message, PQfreemem);
    if (options == nullptr) {
        throw_malformed("cannot be read: " + without_quotes(message ? message : "out of memory"));
    }
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) location.parameters.emplace_back(option->keyword, option->val);
    }
    check_port(location.parameter("port"));
    return location;
}

}  // namespace punctual::detail
