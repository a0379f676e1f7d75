#include "stores/schema_version.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>

namespace punctual::detail {

void require_schema_version(std::string_view store, std::int64_t found, std::int64_t known) {
    if (found == known) return;
    const bool is_newer = found > known;
    throw StoreError(
        fmt::format("{} was written by {} version (its schema is {}, this one knows "
                    "{}): {}",
                    store, is_newer ? "a newer" : "an older", found, known,
                    is_newer ? "update this program"
                             : "export its jobs by the program that wrote them, and "
                               "import them into a new store"));
}

}  // namespace punctual::detail
