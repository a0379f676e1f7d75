#include "system_clock_changes.hpp"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

namespace punctual::testing {

namespace {

// The first second in (from, until] with another offset than `from` has; there is just one change.
std::int64_t bisect(std::int64_t from, std::int64_t until) {
    const std::int64_t before = system_offset(from);
    while (until - from > 1) {
        const std::int64_t middle = from + (until - from) / 2;
        (system_offset(middle) == before ? from : until) = middle;
    }
    return until;
}

}  // namespace

std::vector<std::string> system_zones() {
    std::ifstream list("/usr/share/zoneinfo/tzdata.zi");
    std::vector<std::string> zones;
    for (std::string line; std::getline(list, line);) {
        std::istringstream words(line);
        std::string kind;
        std::string name;
        words >> kind >> name;
        if (kind == "L") words >> name;
        if (kind == "L" || kind == "Z") zones.push_back(name);
    }
    return zones;
}

void use_system_zone(const std::string& zone) {
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
}

std::int64_t system_offset(std::int64_t utc) {
    const std::time_t time = utc;
    std::tm fields{};
    ::localtime_r(&time, &fields);
    return fields.tm_gmtoff;
}

std::vector<ClockChange> system_changes(std::int64_t from, std::int64_t until) {
    // No zone has changed its clocks twice within a day since 1970.
    constexpr std::int64_t step = 86'400;
    std::vector<ClockChange> changes = {{from, system_offset(from)}};
    for (std::int64_t at = from; at < until; at += step) {
        const std::int64_t offset = system_offset(at + step);
        if (offset == changes.back().offset) continue;
        changes.push_back({bisect(at, at + step), offset});
    }
    return changes;
}

}  // namespace punctual::testing
