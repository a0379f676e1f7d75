#pragma once
// The version of what a store has on its server or in its file.

#include <cstdint>
#include <string_view>

namespace punctual::detail {

/// *Throws* StoreError, of one line, unless a store of schema `found` is what this program knows.
/// There is no older one yet that could be brought up to date.
void require_schema_version(std::string_view store, std::int64_t found, std::int64_t known);

}  // namespace punctual::detail
