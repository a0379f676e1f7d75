#include "stores/mongodb/location.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <strings.h>
#include <algorithm>
#include <array>
#include <string_view>

#include "stores/mongodb/owned.hpp"
#include "stores/percent_codes.hpp"

namespace punctual::detail {

namespace {

// The URL may hold a password, so that no message shows it.
[[noreturn]] void throw_malformed(const std::string& reason) {
    throw ConfigurationError(fmt::format(
        "the URL of a MongoDB store {}; it is like mongodb://user:password@host:27017/database",
        reason));
}

std::string decode(std::string_view text) {
    try {
        return decode_percent_codes(text);
    } catch (const ValueError& error) {
        throw_malformed(error.what());
    }
}

bool is_same(std::string_view key, std::string_view other) {
    return key.size() == other.size() && strncasecmp(key.data(), other.data(), key.size()) == 0;
}

// Those that libmongoc knows besides the ones it tells the type of.
bool is_known_option(const std::string& key) {
    constexpr std::array<std::string_view, 10> others = {"w",
                                                         "readPreference",
                                                         "readPreferenceTags",
                                                         "readConcernLevel",
                                                         "compressors",
                                                         "authMechanismProperties",
                                                         "authSource",
                                                         "gssapiServiceName",
                                                         "ssl",
                                                         "replicaSet"};
    return mongoc_uri_option_is_int32(key.c_str()) || mongoc_uri_option_is_int64(key.c_str()) ||
           mongoc_uri_option_is_bool(key.c_str()) || mongoc_uri_option_is_utf8(key.c_str()) ||
           std::ranges::any_of(others, [&](std::string_view other) { return is_same(key, other); });
}

std::string read_prefix(const std::string& text) {
    // The name of a database and a collection together have at most 120 bytes on old servers.
    const bool is_wrong = text.find_first_of(std::string_view("$\0", 2)) != std::string::npos ||
                          text.starts_with("system.");
    if (text.empty() || text.size() > 60 || is_wrong) {
        throw_malformed(fmt::format(
            "has the prefix \"{}\", which has 1 to 60 bytes, no $, and does not begin with system.",
            text));
    }
    return text;
}

Duration read_lease(const std::string& text) {
    try {
        const Duration length = parse_duration(text);
        if (length < std::chrono::seconds(1) || length > std::chrono::hours(24)) {
            throw ValueError(fmt::format("{} is out of range: 1s to 1d", text));
        }
        return length;
    } catch (const ValueError& error) {
        throw_malformed(fmt::format("has a wrong lease: {}", error.what()));
    }
}

/// Takes our options, and gives back those of MongoDB.
std::string take_options(MongoLocation& location, std::string_view query) {
    std::string rest;
    while (!query.empty()) {
        const std::string_view option = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), option.size() + 1));
        const std::size_t equals = option.find('=');
        if (equals == std::string_view::npos) {
            throw_malformed(fmt::format("has an option without a value: \"{}\"", option));
        }
        const std::string key(option.substr(0, equals));
        const std::string_view value = option.substr(equals + 1);
        if (key == "prefix") {
            location.prefix = read_prefix(decode(value));
        } else if (key == "lease") {
            location.lease = read_lease(decode(value));
        } else if (is_known_option(key)) {
            rest += rest.empty() ? "?" : "&";
            rest += option;
        } else {
            throw_malformed(fmt::format(
                "has an unknown option \"{}\"; there are prefix, lease and those of MongoDB", key));
        }
    }
    return rest;
}

using Uri = Owned<mongoc_uri_t, mongoc_uri_destroy>;

Uri parse_uri(const std::string& url) {
    bson_error_t error{};
    Uri uri(mongoc_uri_new_with_error(url.c_str(), &error));
    if (uri != nullptr) return uri;
    // What libmongoc says may show the password.
    if (url.find('@') != std::string::npos) {
        throw_malformed(
            "cannot be read (in a user or password, these are percent codes: : / ? # [ ] @ %)");
    }
    throw_malformed(fmt::format("cannot be read: {}", error.message));
}

void set_default(mongoc_uri_t* uri, const char* option, std::int32_t milliseconds) {
    if (!mongoc_uri_has_option(uri, option)) {
        mongoc_uri_set_option_as_int32(uri, option, milliseconds);
    }
}

// What is written must be kept by most members of a replica set, and on the disk: by default.
void set_write_concern(mongoc_uri_t* uri) {
    const mongoc_write_concern_t* given = mongoc_uri_get_write_concern(uri);
    if (!mongoc_write_concern_is_acknowledged(given)) {
        throw_malformed("has w=0, so that nobody would know what was written");
    }
    if (!mongoc_write_concern_is_default(given)) return;
    mongoc_write_concern_t* concern = mongoc_write_concern_new();
    mongoc_write_concern_set_w(concern, MONGOC_WRITE_CONCERN_W_MAJORITY);
    mongoc_write_concern_set_journal(concern, true);
    mongoc_uri_set_write_concern(uri, concern);
    mongoc_write_concern_destroy(concern);
}

void complete(mongoc_uri_t* uri) {
    set_default(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 5000);
    set_default(uri, MONGOC_URI_CONNECTTIMEOUTMS, 5000);
    set_default(uri, MONGOC_URI_SOCKETTIMEOUTMS, 10000);
    set_write_concern(uri);
    if (mongoc_read_prefs_get_mode(mongoc_uri_get_read_prefs_t(uri)) != MONGOC_READ_PRIMARY) {
        throw_malformed("has a readPreference: jobs are read where they are written");
    }
}

std::string hosts_of(const mongoc_uri_t* uri) {
    std::string hosts;
    for (const auto* host = mongoc_uri_get_hosts(uri); host != nullptr; host = host->next) {
        if (!hosts.empty()) hosts += ",";
        hosts += host->host_and_port;
    }
    return hosts;
}

}  // namespace

std::string MongoLocation::describe() const {
    const bool is_default = prefix == MongoLocation().prefix;
    return fmt::format("mongodb{}://{}/{}{}", is_srv ? "+srv" : "", hosts, database,
                       is_default ? "" : "?prefix=" + prefix);
}

MongoLocation parse_mongodb_url(const std::string& url) {
    const std::size_t scheme_end = url.find("://");
    const std::string_view scheme = std::string_view(url).substr(0, scheme_end);
    if (scheme_end == std::string::npos || (scheme != "mongodb" && scheme != "mongodb+srv")) {
        throw_malformed("does not begin with mongodb:// or mongodb+srv://");
    }
    MongoLocation location;
    location.is_srv = scheme == "mongodb+srv";
    const std::size_t at = url.rfind('@');
    const std::size_t host = at == std::string::npos ? scheme_end + 3 : at + 1;
    const std::size_t question = url.find('?', host);
    std::string plain = url.substr(0, question);
    // libmongoc wants the slash before options.
    if (plain.find('/', host) == std::string::npos) plain += "/";
    if (question != std::string::npos) {
        plain += take_options(location, std::string_view(url).substr(question + 1));
    }
    Uri uri = parse_uri(plain);
    complete(uri.get());
    const char* const database = mongoc_uri_get_database(uri.get());
    if (database != nullptr && *database != '\0') location.database = database;
    location.hosts = location.is_srv ? mongoc_uri_get_srv_hostname(uri.get()) : hosts_of(uri.get());
    location.uri = {uri.release(), [](const mongoc_uri_t* owned) {
                        mongoc_uri_destroy(const_cast<mongoc_uri_t*>(owned));
                    }};
    return location;
}

}  // namespace punctual::detail
