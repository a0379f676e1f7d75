#pragma once
// The changes of the clocks of every zone, as the C library knows them: independent of Punctual.

#include <cstdint>
#include <string>
#include <vector>

namespace punctual::testing {

/// From `at` on the zone's clocks are `offset` seconds ahead of UTC.
struct ClockChange {
    std::int64_t at;
    std::int64_t offset;
};

/// Every name of the tz database; empty where the system has no list.
std::vector<std::string> system_zones();

/// Makes `zone` that of the C library, for the functions below.
void use_system_zone(const std::string& zone);
std::int64_t system_offset(std::int64_t utc);
/// The offset at `from`, then every change up to `until`.
std::vector<ClockChange> system_changes(std::int64_t from, std::int64_t until);

}  // namespace punctual::testing
