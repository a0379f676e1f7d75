#pragma once
// Cron in the plainest way: every minute of the wall clock is looked at, one after the other, and
// the rules of daylight saving time are applied as they are written. Slow, and hard to get wrong.

#include <punctual/time.hpp>

#include <bitset>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "system_clock_changes.hpp"

namespace punctual::testing {

/// The fields of one crontab line that says the same as its masks; at second 0.
struct NaiveCron {
    std::string expression;
    std::bitset<60> minutes;
    std::bitset<24> hours;
    std::bitset<7> weekdays;  // 0 is Sunday
};

/// A minute of the wall clock and its fields.
struct WallMinute {
    std::int64_t wall;
    int minute;
    int hour;
    int weekday;
};

/// Every minute of the wall clock in [first, last].
std::vector<WallMinute> wall_minutes(std::int64_t first, std::int64_t last);

/// The instants of `cron` whose wall times are among `walls`, on a clock with these changes.
std::set<std::int64_t> naive_instants(const NaiveCron& cron, Dst dst,
                                      const std::vector<WallMinute>& walls,
                                      const std::vector<ClockChange>& changes);

}  // namespace punctual::testing
