#pragma once
// The version of what a store has on its server or in its file: whether it can be used as it is, or
// after an update.

#include <cstdint>
#include <string_view>

namespace punctual::detail {

enum class SchemaState : std::uint8_t {
    missing,   ///< All of it, or a part: it can be made.
    outdated,  ///< Of an older version: it can be brought up to date.
    current,
};

/// Of a store of schema `found`, where versions from 1 to `known` are known. *Throws* StoreError,
/// of one line, for any other.
[[nodiscard]] SchemaState judge_schema_version(std::string_view store, std::int64_t found,
                                               std::int64_t known);

/// For stores of which there is no older version than 1. *Throws* StoreError unless it is current.
void require_schema_version(std::string_view store, std::int64_t found, std::int64_t known);

/// For those who look at a store and change nothing. *Throws* StoreError unless it is current.
void require_current_schema(std::string_view store, SchemaState state);

}  // namespace punctual::detail
