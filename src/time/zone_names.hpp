#pragma once
// The names of the tz database, as the system's own list has them.

#include <string>
#include <string_view>
#include <vector>

namespace punctual::detail {

/// True if `name` has the shape of an IANA name: no paths, no special forms of the C library.
[[nodiscard]] bool is_zone_name(std::string_view name);
/// Every zone and link of the system's tz database; empty where the system has no list.
[[nodiscard]] const std::vector<std::string>& zone_names();
/// The name that was most likely meant, empty if none is near.
[[nodiscard]] std::string nearest_zone_name(std::string_view name);

}  // namespace punctual::detail
