#include "stores/sqlite/location.hpp"

#include <punctual/errors.hpp>
#include <punctual/time.hpp>

#include <fmt/format.h>
#include <climits>

#include "stores/percent_codes.hpp"
#include "stores/sql/table_prefix.hpp"

namespace punctual::detail {

namespace {

constexpr std::string_view scheme = "sqlite://";

[[noreturn]] void throw_malformed(std::string_view url, const std::string& reason) {
    throw ConfigurationError(fmt::format(
        "the URL \"{}\" {}; it is like sqlite:///relative.sqlite or sqlite:////absolute.sqlite",
        url, reason));
}

std::string decode(std::string_view text, std::string_view url) {
    try {
        return decode_percent_codes(text);
    } catch (const ValueError& error) {
        throw_malformed(url, error.what());
    }
}

std::chrono::milliseconds parse_busy_timeout(const std::string& text) {
    const Duration length = parse_duration(text);
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(length);
    if (milliseconds.count() < 0 || milliseconds.count() > INT_MAX) {
        throw ValueError(fmt::format("{} is out of range: 0s to 24d", text));
    }
    return milliseconds;
}

void set_option(SqliteLocation& location, std::string_view key, const std::string& value,
                std::string_view url) {
    if (key == "busy_timeout") {
        try {
            location.busy_timeout = parse_busy_timeout(value);
        } catch (const ValueError& error) {
            throw_malformed(url, fmt::format("has a wrong busy_timeout: {}", error.what()));
        }
    } else if (key == "synchronous" && value == "full") {
        location.synchronous = SqliteSynchronous::full;
    } else if (key == "synchronous" && value == "normal") {
        location.synchronous = SqliteSynchronous::normal;
    } else if (key == "synchronous") {
        throw_malformed(url, fmt::format("has synchronous={}, which can be full or normal", value));
    } else if (key == "prefix") {
        try {
            location.prefix = check_table_prefix(value);
        } catch (const ValueError& error) {
            throw_malformed(url, error.what());
        }
    } else {
        throw_malformed(url, fmt::format("has an unknown option \"{}\"; there are synchronous, "
                                         "busy_timeout and prefix",
                                         key));
    }
}

void parse_options(SqliteLocation& location, std::string_view query, std::string_view url) {
    while (!query.empty()) {
        const std::string_view option = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), option.size() + 1));
        const std::size_t equals = option.find('=');
        if (equals == std::string_view::npos) {
            throw_malformed(url, fmt::format("has an option without a value: \"{}\"", option));
        }
        set_option(location, option.substr(0, equals), decode(option.substr(equals + 1), url), url);
    }
}

std::string_view path_of(std::string_view rest, std::string_view url) {
    if (rest.empty()) return rest;
    if (rest.front() != '/') {
        throw_malformed(url,
                        "names a server, and SQLite has none: a path begins with a third slash");
    }
    rest.remove_prefix(1);
    return rest == ":memory:" ? std::string_view() : rest;
}

}  // namespace

std::string SqliteLocation::describe() const {
    if (path.empty()) return "sqlite:// (in memory)";
    return "sqlite:///" + path + (prefix.empty() ? "" : "?prefix=" + prefix);
}

SqliteLocation parse_sqlite_url(std::string_view url) {
    SqliteLocation location;
    if (url == ":memory:") return location;
    if (!url.starts_with(scheme)) {
        throw_malformed(url, "does not begin with sqlite://");
    }
    std::string_view rest = url.substr(scheme.size());
    if (const std::size_t question = rest.find('?'); question != std::string_view::npos) {
        parse_options(location, rest.substr(question + 1), url);
        rest = rest.substr(0, question);
    }
    location.path = decode(path_of(rest, url), url);
    return location;
}

}  // namespace punctual::detail
