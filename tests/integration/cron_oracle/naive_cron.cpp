#include "naive_cron.hpp"

#include <ctime>
#include <limits>

namespace punctual::testing {

namespace {

bool matches(const NaiveCron& cron, const WallMinute& wall) {
    return cron.minutes[static_cast<std::size_t>(wall.minute)] &&
           cron.hours[static_cast<std::size_t>(wall.hour)] &&
           cron.weekdays[static_cast<std::size_t>(wall.weekday)];
}

std::int64_t end_of(const std::vector<ClockChange>& changes, std::size_t index) {
    return index + 1 < changes.size() ? changes[index + 1].at
                                      : std::numeric_limits<std::int64_t>::max();
}

// Every instant at which the clock shows `wall`, in order.
std::vector<std::int64_t> showings(std::int64_t wall, const std::vector<ClockChange>& changes) {
    std::vector<std::int64_t> instants;
    for (std::size_t index = 0; index < changes.size(); ++index) {
        const std::int64_t instant = wall - changes[index].offset;
        if (changes[index].at <= instant && instant < end_of(changes, index)) {
            instants.push_back(instant);
        }
    }
    return instants;
}

// The first instant at which the clock shows more than `wall`, which it does not show.
std::int64_t first_after_gap(std::int64_t wall, const std::vector<ClockChange>& changes) {
    for (const ClockChange& change : changes) {
        if (change.at + change.offset > wall) return change.at;
    }
    return std::numeric_limits<std::int64_t>::max();
}

}  // namespace

std::vector<WallMinute> wall_minutes(std::int64_t first, std::int64_t last) {
    std::vector<WallMinute> minutes;
    for (std::int64_t wall = (first + 59) / 60 * 60; wall <= last; wall += 60) {
        const std::time_t time = wall;
        std::tm fields{};
        ::gmtime_r(&time, &fields);
        minutes.push_back({wall, fields.tm_min, fields.tm_hour, fields.tm_wday});
    }
    return minutes;
}

std::set<std::int64_t> naive_instants(const NaiveCron& cron, Dst dst,
                                      const std::vector<WallMinute>& walls,
                                      const std::vector<ClockChange>& changes) {
    std::set<std::int64_t> instants;
    for (const WallMinute& wall : walls) {
        if (!matches(cron, wall)) continue;
        const std::vector<std::int64_t> shown = showings(wall.wall, changes);
        if (cron.hours.all() || dst == Dst::literal) {
            instants.insert(shown.begin(), shown.end());
        } else if (!shown.empty()) {
            instants.insert(shown.front());
        } else if (dst == Dst::once) {
            instants.insert(first_after_gap(wall.wall, changes));
        }
    }
    return instants;
}

}  // namespace punctual::testing
