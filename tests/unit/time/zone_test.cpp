#include "time/zone.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include <punctual/errors.hpp>
#include <punctual/time.hpp>

#include "time/civil.hpp"
#include "time/zone_names.hpp"

namespace punctual::detail {
namespace {

std::int64_t utc(const char* text) {
    return std::chrono::floor<std::chrono::seconds>(parse_instant(text)).time_since_epoch().count();
}

std::int64_t wall(const char* text) {
    return utc(text);
}

std::string message_for(const char* name) {
    try {
        Zone::load(name);
    } catch (const TimeZoneError& error) {
        return error.what();
    }
    return {};
}

TEST(Zone, IsLoadedOnce) {
    EXPECT_EQ(&Zone::load("Europe/Berlin"), &Zone::load("Europe/Berlin"));
}

TEST(Zone, UtcHasOneSpanWithoutEnd) {
    const ZoneSpan span = Zone::utc().span_at(0);
    EXPECT_EQ(span.begin, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(span.end, std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(span.offset, 0);
    EXPECT_FALSE(Zone::utc().next_transition(0));
    EXPECT_FALSE(Zone::utc().transition_at_or_before(0));
}

TEST(Zone, SpansLastFromOneChangeOfTheClocksToTheNext) {
    const ZoneSpan summer = Zone::load("Europe/Berlin").span_at(utc("2025-07-01 00:00"));
    EXPECT_EQ(summer.begin, utc("2025-03-30 01:00"));
    EXPECT_EQ(summer.end, utc("2025-10-26 01:00"));
    EXPECT_EQ(summer.offset, 7200);
    EXPECT_EQ(summer.offset_before, 3600);
}

TEST(Zone, FindsTransitionsOnBothSides) {
    const Zone& zone = Zone::load("America/New_York");
    const std::int64_t spring = utc("2024-03-10 07:00");
    ASSERT_TRUE(zone.next_transition(spring - 1));
    EXPECT_EQ(zone.next_transition(spring - 1)->at, spring);
    EXPECT_EQ(zone.next_transition(spring)->at, utc("2024-11-03 06:00"));
    EXPECT_EQ(zone.transition_at_or_before(spring)->at, spring);
    EXPECT_EQ(zone.transition_at_or_before(spring)->before, -5 * 3600);
    EXPECT_EQ(zone.transition_at_or_before(spring)->after, -4 * 3600);
    EXPECT_EQ(zone.transition_at_or_before(spring - 1)->at, utc("2023-11-05 06:00"));
}

TEST(Zone, MovesAWallTimeInAGapForwardByTheGap) {
    const WallMapping mapping = Zone::load("Europe/Berlin").at_wall(wall("2025-03-30 02:30"));
    EXPECT_EQ(mapping.kind, WallMapping::Kind::gap);
    EXPECT_EQ(mapping.first, utc("2025-03-30 01:30"));
    EXPECT_EQ(mapping.transition, utc("2025-03-30 01:00"));
}

TEST(Zone, KnowsBothInstantsOfAWallTimeInAFold) {
    const WallMapping mapping = Zone::load("Europe/Berlin").at_wall(wall("2025-10-26 02:30"));
    EXPECT_EQ(mapping.kind, WallMapping::Kind::fold);
    EXPECT_EQ(mapping.first, utc("2025-10-26 00:30"));
    EXPECT_EQ(mapping.second, utc("2025-10-26 01:30"));
    EXPECT_EQ(mapping.transition, utc("2025-10-26 01:00"));
}

TEST(Zone, PutsTheEdgesOfGapsAndFoldsOnTheRightSide) {
    const Zone& berlin = Zone::load("Europe/Berlin");
    using Kind = WallMapping::Kind;
    EXPECT_EQ(berlin.at_wall(wall("2025-03-30 01:59:59")).kind, Kind::unique);
    EXPECT_EQ(berlin.at_wall(wall("2025-03-30 02:00:00")).kind, Kind::gap);
    EXPECT_EQ(berlin.at_wall(wall("2025-03-30 02:59:59")).kind, Kind::gap);
    EXPECT_EQ(berlin.at_wall(wall("2025-03-30 03:00:00")).kind, Kind::unique);
    EXPECT_EQ(berlin.at_wall(wall("2025-10-26 01:59:59")).kind, Kind::unique);
    EXPECT_EQ(berlin.at_wall(wall("2025-10-26 02:00:00")).kind, Kind::fold);
    EXPECT_EQ(berlin.at_wall(wall("2025-10-26 02:59:59")).kind, Kind::fold);
    EXPECT_EQ(berlin.at_wall(wall("2025-10-26 03:00:00")).kind, Kind::unique);
}

TEST(Zone, LacksAWholeDayInApia) {
    const WallMapping mapping = Zone::load("Pacific/Apia").at_wall(wall("2011-12-30 12:00"));
    EXPECT_EQ(mapping.kind, WallMapping::Kind::gap);
    EXPECT_EQ(mapping.transition, utc("2011-12-30 10:00"));
    EXPECT_EQ(mapping.first, utc("2011-12-30 22:00"));
}

TEST(Zone, ChangesByHalfAnHourAtLordHowe) {
    const auto transition =
        Zone::load("Australia/Lord_Howe").next_transition(utc("2025-09-01 00:00"));
    ASSERT_TRUE(transition);
    EXPECT_EQ(transition->after - transition->before, 1800);
}

TEST(Zone, KeepsItsRulesForThousandsOfYears) {
    const Zone& berlin = Zone::load("Europe/Berlin");
    for (std::int64_t shift : {0, 1, 5, 19}) {
        const std::int64_t later = shift * seconds_per_400_years;
        const ZoneSpan summer = berlin.span_at(utc("2050-07-01 00:00") + later);
        EXPECT_EQ(summer.begin, utc("2050-03-27 01:00") + later);
        EXPECT_EQ(summer.end, utc("2050-10-30 01:00") + later);
        EXPECT_EQ(berlin.span_at(utc("2050-01-01 00:00") + later).offset, 3600);
    }
}

TEST(Zone, AnswersAlikeInWhicheverOrderItIsAsked) {
    const Zone& zone = Zone::load("Europe/London");
    const std::int64_t summer = utc("2025-07-01 00:00");
    const std::int64_t winter = utc("2025-12-01 00:00");
    const std::int64_t far = utc("9999-07-01 00:00");
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(zone.span_at(summer).offset, 3600);
        EXPECT_EQ(zone.span_at(far).offset, 3600);
        EXPECT_EQ(zone.span_at(winter).offset, 0);
    }
}

TEST(Zone, RefusesWhatIsNoIanaName) {
    for (const char* name :
         {"", "..", "../Europe/Berlin", "/usr/share/zoneinfo/UTC", ":UTC", "Fixed/UTC+05:00:00",
          "right/UTC", "posix/UTC", "localtime", "posixrules", "Europe", "zone.tab", "UTC\n"}) {
        EXPECT_THROW(Zone::load(name), TimeZoneError) << name;
    }
}

TEST(Zone, SuggestsTheNameThatWasMeant) {
    if (zone_names().empty()) GTEST_SKIP() << "the system has no list of time zones";
    EXPECT_EQ(message_for("Europe/Berln"),
              "unknown time zone \"Europe/Berln\"; did you mean \"Europe/Berlin\"?");
    EXPECT_EQ(message_for("new york"),
              "unknown time zone \"new york\"; did you mean \"America/New_York\"?");
    EXPECT_EQ(
        message_for("Mars/Olympus_Mons"),
        "unknown time zone \"Mars/Olympus_Mons\"; a name of the tz database is needed, such as "
        "\"Europe/Berlin\" or \"UTC\"");
}

TEST(Civil, AgreesWithTheStandardLibraryOnEveryDay) {
    for (std::int32_t day = days_from_civil({1, 1, 1}); day <= days_from_civil({9999, 12, 31});
         ++day) {
        const std::chrono::sys_days date{std::chrono::days(day)};
        const std::chrono::year_month_day expected(date);
        const CivilDate actual = civil_from_days(day);
        ASSERT_EQ(actual.year, static_cast<int>(expected.year()));
        ASSERT_EQ(actual.month, static_cast<int>(static_cast<unsigned>(expected.month())));
        ASSERT_EQ(actual.day, static_cast<int>(static_cast<unsigned>(expected.day())));
        ASSERT_EQ(days_from_civil(actual), day);
        ASSERT_EQ(weekday_from_days(day),
                  static_cast<int>(std::chrono::weekday(date).iso_encoding()) - 1);
    }
}

TEST(Civil, KnowsTheLengthOfEveryMonth) {
    for (const std::int32_t year : {1900, 2000, 2023, 2024}) {
        for (std::int32_t month = 1; month <= 12; ++month) {
            const std::chrono::year_month_day_last last(
                std::chrono::year(year),
                std::chrono::month_day_last(std::chrono::month(static_cast<unsigned>(month))));
            EXPECT_EQ(days_in_month(year, month),
                      static_cast<int>(static_cast<unsigned>(last.day())));
        }
    }
}

}  // namespace
}  // namespace punctual::detail
