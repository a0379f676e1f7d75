#include "stores/store_registry.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <mutex>

namespace punctual::detail {

namespace {

struct Registry {
    std::mutex mutex;
    std::map<std::string, StoreFactory, std::less<>> factories;
};

Registry& registry() {
    static Registry instance;
    return instance;
}

struct Component {
    std::string_view scheme;
    std::string_view component;
    std::string_view package;
};

constexpr std::array<Component, 10> components = {{
    {"sqlite", "sqlite", "libsqlite3-dev"},
    {"postgresql", "postgresql", "libpq-dev"},
    {"postgres", "postgresql", "libpq-dev"},
    {"mysql", "mysql", "libmariadb-dev"},
    {"mariadb", "mysql", "libmariadb-dev"},
    {"mongodb", "mongodb", "libmongoc-dev"},
    {"mongodb+srv", "mongodb", "libmongoc-dev"},
    {"redis", "redis", "libhiredis-dev"},
    {"redis+unix", "redis", "libhiredis-dev"},
    {"unix", "redis", "libhiredis-dev"},
}};

// A URL may hold a password, so no message shows more of it than this.
std::string_view scheme_of(std::string_view url) {
    const std::size_t end = url.find("://");
    if (end == std::string_view::npos) {
        throw ConfigurationError(
            "the URL of a store begins with its kind, as in sqlite:///jobs.sqlite or memory://; "
            "this one has no \"://\"");
    }
    return url.substr(0, end);
}

std::string known_schemes(const Registry& known) {
    std::string list = "memory";
    for (const auto& [scheme, factory] : known.factories) list += ", " + scheme;
    return list;
}

[[noreturn]] void throw_unknown_scheme(std::string_view scheme, const Registry& known) {
    const auto* component =
        std::find_if(components.begin(), components.end(),
                     [&](const Component& candidate) { return candidate.scheme == scheme; });
    if (component == components.end()) {
        throw ConfigurationError(fmt::format(
            "there is no kind of store \"{}\"; this program has {}", scheme, known_schemes(known)));
    }
    throw ConfigurationError(fmt::format(
        "this program was built without stores of the kind \"{}\": link punctual::{}, which is "
        "built where {} is installed; it has {}",
        scheme, component->component, component->package, known_schemes(known)));
}

StoreFactory find_factory(std::string_view scheme) {
    Registry& known = registry();
    const std::lock_guard lock(known.mutex);
    const auto found = known.factories.find(scheme);
    if (found == known.factories.end()) throw_unknown_scheme(scheme, known);
    return found->second;
}

}  // namespace

void register_store_scheme(std::string_view scheme, StoreFactory factory) {
    Registry& known = registry();
    const std::lock_guard lock(known.mutex);
    known.factories.insert_or_assign(std::string(scheme), factory);
}

std::shared_ptr<JobStore> make_store(const std::string& url) {
    const std::string_view scheme = scheme_of(url);
    if (scheme == "memory") return make_memory_store();
    return find_factory(scheme)(url);
}

}  // namespace punctual::detail
