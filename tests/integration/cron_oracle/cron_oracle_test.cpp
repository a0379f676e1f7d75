// Cron triggers against a naive implementation over the C library's time zones: around every change
// of the clocks of every zone from 1970 to 2100, under every policy.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include <punctual/time.hpp>
#include <punctual/triggers/crontab.hpp>

#include "naive_cron.hpp"
#include "system_clock_changes.hpp"

namespace punctual::testing {
namespace {

constexpr std::int64_t year_1970 = 2 * 86'400;
constexpr std::int64_t year_2100 = 4'102'444'800;
constexpr std::int64_t hour = 3'600;

Instant instant(std::int64_t utc) {
    return Instant(std::chrono::seconds(utc));
}

template <std::size_t size>
std::bitset<size> with(std::initializer_list<std::int64_t> values) {
    constexpr auto period = static_cast<std::int64_t>(size);
    std::bitset<size> result;
    for (const std::int64_t value : values) {
        result.set(static_cast<std::size_t>((value % period + period) % period));
    }
    return result;
}

template <std::size_t size>
std::string list(const std::bitset<size>& values) {
    if (values.all()) return "*";
    std::string text;
    for (std::size_t value = 0; value < size; ++value) {
        if (values[value]) text += (text.empty() ? "" : ",") + std::to_string(value);
    }
    return text;
}

NaiveCron naive(std::bitset<60> minutes, std::bitset<24> hours, std::bitset<7> weekdays) {
    return {list(minutes) + " " + list(hours) + " * * " + list(weekdays), minutes, hours, weekdays};
}

// Schedules that name the wall times about `wall`, where something happens to the clock.
std::vector<NaiveCron> schedules_about(std::int64_t wall) {
    const std::bitset<60> quarters = with<60>({0, 15, 30, 45});
    const std::bitset<7> any_day = with<7>({0, 1, 2, 3, 4, 5, 6});
    const std::int64_t at = wall / hour % 24;
    const std::bitset<24> about = with<24>({at - 1, at, at + 1});
    const std::bitset<7> its_day = with<7>({wall / 86'400 + 4});
    return {
        naive(quarters, ~std::bitset<24>(), any_day),
        naive(quarters, ~std::bitset<24>(), its_day),
        naive(with<60>({30}), with<24>({at}), any_day),
        naive(with<60>({wall / 60}), with<24>({at}), its_day),
        naive(quarters, about, any_day),
        naive(with<60>({0, 59}), with<24>({0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22}), any_day)};
}

std::set<std::int64_t> within(const std::set<std::int64_t>& instants, std::int64_t first,
                              std::int64_t last) {
    return {instants.lower_bound(first), instants.upper_bound(last)};
}

std::set<std::int64_t> chain_of_next(const Trigger& trigger, std::int64_t first,
                                     std::int64_t last) {
    std::set<std::int64_t> found;
    Instant at = instant(first) - 1us;
    while (const auto next = trigger.next(at)) {
        if (*next > instant(last)) break;
        found.insert(std::chrono::floor<std::chrono::seconds>(*next).time_since_epoch().count());
        at = *next;
    }
    return found;
}

std::set<std::int64_t> chain_of_previous(const Trigger& trigger, std::int64_t first,
                                         std::int64_t last) {
    std::set<std::int64_t> found;
    Instant at = instant(last) + 1us;
    while (const auto previous = trigger.previous(at)) {
        if (*previous < instant(first)) break;
        found.insert(
            std::chrono::floor<std::chrono::seconds>(*previous).time_since_epoch().count());
        at = *previous;
    }
    return found;
}

class CronOracle : public ::testing::Test {
protected:
    // Around one change of the clocks.
    static void check_change(const std::string& zone, const std::vector<ClockChange>& changes,
                             std::size_t index) {
        const std::int64_t at = changes[index].at;
        const std::int64_t before = changes[index - 1].offset;
        const std::int64_t after = changes[index].offset;
        const std::int64_t margin = std::abs(after - before) + 2 * hour;
        const std::int64_t first = at - margin;
        const std::int64_t last = at + margin;
        const std::vector<WallMinute> walls =
            wall_minutes(first - margin + std::min(before, after), last + std::max(before, after));
        const std::vector<ClockChange> nearby(
            changes.begin() + static_cast<std::ptrdiff_t>(index < 2 ? 0 : index - 2),
            changes.begin() + static_cast<std::ptrdiff_t>(std::min(index + 3, changes.size())));
        const std::int64_t inside = at + std::min(before, after) + std::abs(after - before) / 2;
        for (const NaiveCron& cron : schedules_about(inside)) {
            for (const Dst dst : {Dst::once, Dst::skip, Dst::literal}) {
                const auto expected = within(naive_instants(cron, dst, walls, nearby), first, last);
                const Trigger trigger = crontab(cron.expression, {.timezone = zone, .dst = dst});
                SCOPED_TRACE(zone + ": " + cron.expression + ", policy " +
                             std::to_string(static_cast<int>(dst)) + ", around " +
                             format_instant(instant(at)));
                ASSERT_EQ(chain_of_next(trigger, first, last), expected);
                ASSERT_EQ(chain_of_previous(trigger, first, last), expected);
                ASSERT_EQ(trigger.count(instant(first), instant(last)),
                          static_cast<std::int64_t>(expected.size()));
            }
        }
    }
};

TEST_F(CronOracle, AgreesAroundEveryChangeOfTheClocksOfEveryZone) {
    const std::vector<std::string> zones = system_zones();
    if (zones.empty()) GTEST_SKIP() << "the system has no list of time zones";
    std::size_t checked = 0;
    for (const std::string& zone : zones) {
        use_system_zone(zone);
        const std::vector<ClockChange> changes = system_changes(year_1970, year_2100);
        for (std::size_t index = 1; index < changes.size(); ++index) {
            ASSERT_NO_FATAL_FAILURE(check_change(zone, changes, index));
        }
        checked += changes.size() - 1;
    }
    RecordProperty("changes", std::to_string(checked));
    EXPECT_GT(checked, zones.size());
}

TEST_F(CronOracle, KnowsTheOffsetsOfEveryZoneToTheYear9999) {
    constexpr std::int64_t year_9999 = 253'370'764'800;
    // A prime number of seconds, about two years, falls on every season and hour.
    constexpr std::int64_t step = 61'234'577;
    for (const std::string& name : system_zones()) {
        use_system_zone(name);
        const TimeZone zone(name);
        for (std::int64_t utc = year_1970; utc < year_9999; utc += step) {
            ASSERT_EQ(zone.offset(instant(utc)).count(), system_offset(utc))
                << name << " at " << format_instant(instant(utc));
        }
    }
}

}  // namespace
}  // namespace punctual::testing
