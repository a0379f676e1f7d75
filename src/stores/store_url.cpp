#include "stores/store_url.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <charconv>

#include "stores/percent_codes.hpp"

namespace punctual::detail {

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr unsigned highest_port = 65535;

/// "host", ":port"; the colons of an IPv6 address stand in brackets.
struct ServerParts {
    std::string_view host;
    std::string_view port;
};

ServerParts parts_of(std::string_view server) {
    const std::size_t bracket = server.starts_with('[') ? server.find(']') : npos;
    if (bracket != npos) {
        return {server.substr(0, bracket + 1), server.substr(bracket + 1)};
    }
    const std::size_t colon = std::min(server.find(':'), server.size());
    return {server.substr(0, colon), server.substr(colon)};
}

bool can_be_servers(std::string_view text) {
    bool can_be = true;
    split(text, ',', [&](std::string_view server) {
        const std::string_view port = parts_of(server).port;
        if (port.empty()) return;
        can_be = can_be && port.front() == ':' && read_number(port.substr(1), 1, highest_port);
    });
    return can_be;
}

bool can_be_options(std::string_view text) {
    bool can_be = true;
    split(text, '&',
          [&](std::string_view option) { can_be = can_be && option.find('=') < option.find('@'); });
    return can_be;
}

// Where the @ is that ends the login, as the header says; npos if there is none.
std::size_t find_login_end(std::string_view rest) {
    const std::size_t last = rest.rfind('@');
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, end);
    const std::size_t strict = authority.rfind('@');
    if (last == strict || end == 0) return strict;
    const std::size_t question = rest.find('?');
    const bool is_in_path = rest.substr(end, question - end).find('@') != npos;
    const bool is_of_option = !is_in_path &&
                              can_be_servers(authority.substr(strict == npos ? 0 : strict + 1)) &&
                              can_be_options(rest.substr(question + 1));
    return is_of_option ? strict : last;
}

}  // namespace

std::optional<unsigned> read_number(std::string_view text, unsigned least, unsigned most) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool fits = error == std::errc() && end == text.data() + text.size() && number >= least &&
                      number <= most;
    return fits ? std::optional(number) : std::nullopt;
}

bool StoreUrlOption::is(std::string_view other) const {
    const auto plain = [](char byte) { return byte == '-' ? '_' : byte; };
    return std::ranges::equal(name, other, {}, plain, plain);
}

StoreUrl::StoreUrl(std::string_view url, const StoreUrlKind& kind) : kind_(kind) {
    const std::size_t scheme_end = url.find("://");
    scheme_ = url.substr(0, scheme_end);
    if (scheme_end == npos || std::ranges::find(kind.schemes, scheme_) == kind.schemes.end()) {
        refuse(fmt::format("does not begin with {}://", fmt::join(kind.schemes, ":// or ")));
    }
    std::string_view rest = url.substr(scheme_end + 3);
    if (const std::size_t at = find_login_end(rest); at != npos) {
        read_login(rest.substr(0, at));
        rest.remove_prefix(at + 1);
    }
    const std::size_t question = rest.find('?');
    const std::string_view place = rest.substr(0, question);
    const std::size_t slash = std::min(place.find('/'), place.size());
    read_servers(place.substr(0, slash));
    if (slash < place.size()) path_ = decode(place.substr(slash + 1), "path");
    if (question != npos) read_options(rest.substr(question + 1));
}

void StoreUrl::read_login(std::string_view login) {
    has_login_ = true;
    const std::size_t colon = login.find(':');
    user_ = decode(login.substr(0, colon), "user");
    if (colon != npos) password_ = decode(login.substr(colon + 1), "password");
}

void StoreUrl::read_servers(std::string_view text) {
    split(text, ',', [&](std::string_view server) { servers_.push_back(read_server(server)); });
}

StoreUrlServer StoreUrl::read_server(std::string_view text) const {
    ServerParts parts = parts_of(text);
    StoreUrlServer server;
    if (parts.host.starts_with('[')) {
        if (!parts.host.ends_with(']')) refuse("has a [ without its ]");
        parts.host = parts.host.substr(1, parts.host.size() - 2);
    }
    server.host = decode(parts.host, "host");
    if (parts.port.empty() || parts.port == ":") return server;
    const auto port = parts.port.front() == ':' ? read_number(parts.port.substr(1), 1, highest_port)
                                                : std::nullopt;
    // It may be a password whose @ is missing, so it is not shown.
    if (!port) refuse("has a port that is no number from 1 to 65535");
    server.port = *port;
    return server;
}

void StoreUrl::read_options(std::string_view query) {
    hides_options_ = query.find('@') != npos;
    if (query.ends_with('&')) query.remove_suffix(1);
    if (query.empty()) return;
    split(query, '&', [&](std::string_view option) {
        const std::size_t equals = option.find('=');
        if (equals == npos) refuse("has an option without a value");
        const std::string_view raw = option.substr(equals + 1);
        options_.push_back({option.substr(0, equals), raw, decode(raw, "options")});
    });
}

// What follows a stray % may be of a password.
std::string StoreUrl::decode(std::string_view text, std::string_view part) const {
    try {
        return decode_percent_codes(text);
    } catch (const ValueError&) {
        refuse(
            fmt::format("has a % in its {} that begins no percent code (a % itself is %25)", part));
    }
}

const StoreUrlServer& StoreUrl::only_server() const {
    if (servers_.size() > 1) refuse("names several servers, and such a store has one");
    return servers_.front();
}

const std::string& StoreUrl::text(const StoreUrlOption& option) const {
    if (option.raw.find('@') == npos) return option.value;
    refuse(
        "has an @ in its options, which is %40 there (and an @, / or ? of a password is a "
        "percent code too)");
}

unsigned StoreUrl::number(const StoreUrlOption& option, unsigned least, unsigned most,
                          std::string_view unit) const {
    const auto number = read_number(text(option), least, most);
    if (number) return *number;
    refuse_value(option, fmt::format("{} to {}{}{}", least, most, unit.empty() ? "" : " ", unit));
}

Duration StoreUrl::duration(const StoreUrlOption& option, Duration least, Duration most) const {
    try {
        const Duration length = parse_duration(text(option));
        if (length >= least && length <= most) return length;
    } catch (const ValueError&) {
        // It is none, which is told as what is out of range is.
    }
    refuse_value(option, fmt::format("a length of time from {} to {}", format_duration(least),
                                     format_duration(most)));
}

void StoreUrl::refuse(std::string_view reason) const {
    throw ConfigurationError(fmt::format("the URL of the {} store {}; it is like {}", kind_.name,
                                         reason, kind_.example));
}

void StoreUrl::refuse_value(const StoreUrlOption& option, std::string_view allowed) const {
    const std::string value = hides_options_ ? "…" : option.value;
    refuse(fmt::format("has {}={}, which can be {}", option.name, value, allowed));
}

void StoreUrl::refuse_option(const StoreUrlOption& option, std::string_view allowed) const {
    refuse(fmt::format("has the option {}, which is none of {}", hides_options_ ? "…" : option.name,
                       allowed));
}

}  // namespace punctual::detail
