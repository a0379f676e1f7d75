#include "stores/mongodb/location.hpp"

#include <fmt/format.h>
#include <strings.h>
#include <algorithm>
#include <array>
#include <string_view>

#include "stores/mongodb/connection.hpp"
#include "stores/mongodb/owned.hpp"
#include "stores/percent_codes.hpp"
#include "stores/store_url.hpp"

namespace punctual::detail {

namespace {

constexpr std::array<std::string_view, 2> schemes = {"mongodb", "mongodb+srv"};
constexpr StoreUrlKind kind = {.name = "MongoDB",
                               .schemes = schemes,
                               .example = "mongodb://user:password@host:27017/database"};

bool is_same(std::string_view key, std::string_view other) {
    return key.size() == other.size() && strncasecmp(key.data(), other.data(), key.size()) == 0;
}

// Those that libmongoc knows besides the ones it tells the type of.
bool is_known_option(std::string_view name) {
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
    const std::string key(name);
    return mongoc_uri_option_is_int32(key.c_str()) || mongoc_uri_option_is_int64(key.c_str()) ||
           mongoc_uri_option_is_bool(key.c_str()) || mongoc_uri_option_is_utf8(key.c_str()) ||
           std::ranges::any_of(others, [&](std::string_view other) { return is_same(key, other); });
}

std::string read_prefix(const StoreUrl& url, const StoreUrlOption& option) {
    const std::string& prefix = url.text(option);
    // The name of a database and a collection together have at most 120 bytes on old servers.
    const bool is_wrong = prefix.find('$') != std::string::npos || prefix.starts_with("system.");
    if (!prefix.empty() && prefix.size() <= 60 && !is_wrong) return prefix;
    url.refuse_value(option, "1 to 60 bytes without a $, not beginning with system.");
}

/// Takes our options, and gives back those of MongoDB.
std::vector<StoreUrlOption> take_options(const StoreUrl& url, MongoLocation& location) {
    std::vector<StoreUrlOption> others;
    for (const StoreUrlOption& option : url.options()) {
        if (option.is("prefix")) {
            location.prefix = read_prefix(url, option);
        } else if (option.is("lease")) {
            location.lease = url.duration(option, 1s, std::chrono::hours(24));
        } else if (is_known_option(option.name)) {
            others.push_back(option);
        } else {
            url.refuse_option(option, "prefix, lease and those of MongoDB");
        }
    }
    return others;
}

using Uri = Owned<mongoc_uri_t, mongoc_uri_destroy>;

// Characters that libmongoc does not take as they are.
std::string encode(std::string_view text) {
    return encode_percent_codes(text, "-._~");
}

// "mongodb://host:1,other:2/"
std::string text_of_servers(const StoreUrl& url, const std::string& login) {
    std::string text = std::string(url.scheme()) + "://" + login;
    for (const StoreUrlServer& server : url.servers()) {
        if (&server != url.servers().data()) text += ",";
        const bool is_ipv6 = server.host.find(':') != std::string::npos;
        text += is_ipv6 ? "[" + server.host + "]" : encode(server.host);
        if (server.port != 0) text += fmt::format(":{}", server.port);
    }
    return text + "/";
}

std::string text_of_options(std::span<const StoreUrlOption> options) {
    std::string text;
    for (const StoreUrlOption& option : options) {
        text += fmt::format("{}{}={}", text.empty() ? "?" : "&", option.name, option.raw);
    }
    return text;
}

std::string text_of_login(const StoreUrl& url) {
    if (!url.has_login()) return {};
    if (url.user().empty()) url.refuse("has no user before its @");
    return encode(url.user()) + (url.password() ? ":" + encode(*url.password()) : "") + "@";
}

// libmongoc's words may show the password, so what is wrong is found out by leaving things out.
Uri parse_uri(const StoreUrl& url, std::span<const StoreUrlOption> options) {
    const auto parse = [](const std::string& text) { return Uri(mongoc_uri_new(text.c_str())); };
    const std::string servers = text_of_servers(url, text_of_login(url));
    const std::string place = servers + encode(url.path());
    if (Uri uri = parse(place + text_of_options(options)); uri != nullptr) return uri;
    if (parse(text_of_servers(url, {})) == nullptr) url.refuse("names servers that cannot be");
    if (parse(place) == nullptr) url.refuse("names a database that cannot be");
    for (const StoreUrlOption& option : options) {
        if (parse(servers + text_of_options(std::span(&option, 1))) == nullptr) {
            url.refuse(fmt::format("has a value of {} that cannot be", option.name));
        }
    }
    url.refuse("has options that do not go together");
}

void set_default(mongoc_uri_t* uri, const char* option, std::int32_t milliseconds) {
    if (!mongoc_uri_has_option(uri, option)) {
        mongoc_uri_set_option_as_int32(uri, option, milliseconds);
    }
}

// What is written must be kept by most members of a replica set, and on the disk: by default.
void set_write_concern(const StoreUrl& url, mongoc_uri_t* uri) {
    const mongoc_write_concern_t* given = mongoc_uri_get_write_concern(uri);
    if (!mongoc_write_concern_is_acknowledged(given)) {
        url.refuse("has w=0, so that nobody would know what was written");
    }
    if (!mongoc_write_concern_is_default(given)) return;
    mongoc_write_concern_t* concern = mongoc_write_concern_new();
    mongoc_write_concern_set_w(concern, MONGOC_WRITE_CONCERN_W_MAJORITY);
    mongoc_write_concern_set_journal(concern, true);
    mongoc_uri_set_write_concern(uri, concern);
    mongoc_write_concern_destroy(concern);
}

void complete(const StoreUrl& url, mongoc_uri_t* uri) {
    set_default(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 5000);
    set_default(uri, MONGOC_URI_CONNECTTIMEOUTMS, 5000);
    set_default(uri, MONGOC_URI_SOCKETTIMEOUTMS, 10000);
    set_write_concern(url, uri);
    if (mongoc_read_prefs_get_mode(mongoc_uri_get_read_prefs_t(uri)) != MONGOC_READ_PRIMARY) {
        url.refuse("has a readPreference: jobs are read where they are written");
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

MongoLocation parse_mongodb_url(const std::string& text) {
    prepare_mongodb_library();
    const StoreUrl url(text, kind);
    MongoLocation location;
    location.is_srv = url.scheme() == "mongodb+srv";
    Uri uri = parse_uri(url, take_options(url, location));
    complete(url, uri.get());
    if (!url.path().empty()) location.database = url.path();
    location.hosts = location.is_srv ? mongoc_uri_get_srv_hostname(uri.get()) : hosts_of(uri.get());
    location.uri = {uri.release(), [](const mongoc_uri_t* owned) {
                        mongoc_uri_destroy(const_cast<mongoc_uri_t*>(owned));
                    }};
    return location;
}

}  // namespace punctual::detail
