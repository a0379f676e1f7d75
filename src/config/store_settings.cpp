#include "config/store_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/part_type.hpp"

namespace punctual::detail {

namespace {

constexpr std::array<PartClass, 4> classes = {{
    {"apscheduler.jobstores.memory:MemoryJobStore", "memory"},
    {"apscheduler.jobstores.sqlalchemy:SQLAlchemyJobStore", "sqlalchemy"},
    {"apscheduler.jobstores.mongodb:MongoDBJobStore", "mongodb"},
    {"apscheduler.jobstores.redis:RedisJobStore", "redis"},
}};

/// A kind of store by the name it has in settings.
struct StoreType {
    std::string_view type;
    /// How its URL begins; empty for any.
    std::string_view scheme;
    /// Where it is without a URL; empty if a URL is needed.
    std::string_view url;
};

constexpr std::array<StoreType, 7> types = {{
    {"memory", "memory", "memory://"},
    {"sqlalchemy", "", ""},
    {"sqlite", "sqlite", ""},
    {"postgresql", "postgresql", ""},
    {"mysql", "mysql", ""},
    {"mongodb", "mongodb", "mongodb://localhost"},
    {"redis", "redis", "redis://localhost"},
}};

/// "postgresql+psycopg2://…" without the driver, which is a matter of Python; "redis+unix://…" and
/// "mongodb+srv://…" say how the server is reached.
std::string without_driver(std::string url) {
    if (url.starts_with("redis+unix://") || url.starts_with("mongodb+srv://")) return url;
    const std::size_t scheme_end = url.find("://");
    const std::size_t plus = url.find('+');
    if (scheme_end != std::string::npos && plus < scheme_end) url.erase(plus, scheme_end - plus);
    return url;
}

const StoreType& find_type(SettingsReader& reader, const std::string& name) {
    const auto* type = std::ranges::find(types, name, &StoreType::type);
    if (type == types.end()) {
        reader.fail("type", name,
                    "memory, sqlite, postgresql, mysql, mongodb, redis or sqlalchemy (with a url)");
    }
    return *type;
}

std::string url_of_type(SettingsReader& reader, const StoreType& type) {
    const auto url = reader.find_text("url");
    if (!url) {
        if (!type.url.empty()) return std::string(type.url);
        throw SettingsError(reader.path_of("url"),
                            fmt::format("{} is missing; a store of the type {} needs it",
                                        reader.path_of("url"), type.type));
    }
    std::string plain = without_driver(*url);
    const bool is_socket = type.type == "redis" &&
                           (plain.starts_with("redis+unix://") || plain.starts_with("unix://"));
    const bool is_srv = type.type == "mongodb" && plain.starts_with("mongodb+srv://");
    if (!type.scheme.empty() && !is_socket && !is_srv &&
        !plain.starts_with(fmt::format("{}://", type.scheme))) {
        throw SettingsError(reader.path_of("url"),
                            fmt::format("{} does not begin with {}://, as the type {} says",
                                        reader.path_of("url"), type.scheme, type.type));
    }
    return plain;
}

StoreSpec read_spec(SettingsReader& reader) {
    const auto type = read_part_type(reader, classes);
    if (type == "sqlite") {
        if (const auto path = reader.find_text("path")) return sqlite(*path);
    }
    if (type) return StoreSpec(url_of_type(reader, find_type(reader, *type)));
    if (const auto url = reader.find_text("url")) return StoreSpec(without_driver(*url));
    throw SettingsError(reader.path(),
                        fmt::format("{0} and {1} are missing; give {0} (such as \"memory\"), or "
                                    "{1} (such as \"sqlite:///jobs.sqlite\")",
                                    reader.path_of("type"), reader.path_of("url")));
}

}  // namespace

StoreSpec read_store(SettingsReader& reader) {
    StoreSpec spec = read_spec(reader);
    try {
        // Whether this program has such a store is told now, with the place of the setting.
        static_cast<void>(spec.make());
    } catch (const ConfigurationError& error) {
        throw SettingsError(reader.path(), fmt::format("{}: {}", reader.path(), error.what()));
    }
    reader.finish();
    return spec;
}

}  // namespace punctual::detail
