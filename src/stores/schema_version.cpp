#include "stores/schema_version.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>

namespace punctual::detail {

SchemaState judge_schema_version(std::string_view store, std::int64_t found, std::int64_t known) {
    if (found >= 1 && found <= known) {
        return found < known ? SchemaState::outdated : SchemaState::current;
    }
    const bool is_newer = found > known;
    throw StoreError(
        fmt::format("{} was written by {} version (its schema is {}, this one knows "
                    "{}): {}",
                    store, is_newer ? "a newer" : "an older", found, known,
                    is_newer ? "update this program"
                             : "export its jobs by the program that wrote them, and "
                               "import them into a new store"));
}

void require_schema_version(std::string_view store, std::int64_t found, std::int64_t known) {
    require_current_schema(store, judge_schema_version(store, found, known));
}

void require_current_schema(std::string_view store, SchemaState state) {
    if (state == SchemaState::missing) {
        throw StoreError(fmt::format("{} has no jobs: no scheduler has used it yet", store));
    }
    if (state == SchemaState::outdated) {
        throw StoreError(
            fmt::format("{} was written by an older version and is brought up to date by the first "
                        "scheduler of this version that uses it: start one",
                        store));
    }
}

}  // namespace punctual::detail
