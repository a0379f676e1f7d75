#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include <punctual/errors.hpp>
#include <punctual/time.hpp>

namespace punctual {
namespace {

Instant instant(std::int64_t microseconds) {
    return Instant(std::chrono::microseconds(microseconds));
}

std::string message_for(const char* text) {
    try {
        static_cast<void>(When(text));
    } catch (const TimeFormatError& error) {
        return error.what();
    }
    return {};
}

TEST(When, ReadsADate) {
    const When when("2024-01-02");
    EXPECT_TRUE(when.is_date());
    EXPECT_FALSE(when.is_instant());
    EXPECT_EQ(when.to_string(), "2024-01-02");
    EXPECT_EQ(format_instant(when.resolve("Europe/Helsinki")), "2024-01-01T22:00:00Z");
}

TEST(When, ReadsAWallTime) {
    const When when("2024-01-02 03:04");
    EXPECT_FALSE(when.is_date());
    EXPECT_FALSE(when.is_instant());
    EXPECT_EQ(when.to_string(), "2024-01-02T03:04:00");
    EXPECT_EQ(format_instant(when.resolve("Asia/Tokyo")), "2024-01-01T18:04:00Z");
}

TEST(When, ReadsAnInstantFromTextWithAnOffset) {
    const When when("2024-01-02T03:04:05.25+02:00");
    EXPECT_TRUE(when.is_instant());
    EXPECT_EQ(when.to_string(), "2024-01-02T01:04:05.25Z");
    EXPECT_EQ(when.resolve("Asia/Tokyo"), when.resolve("UTC"));
    EXPECT_EQ(format_instant(parse_instant("2024-01-02 03:04:05-05:30")), "2024-01-02T08:34:05Z");
    EXPECT_EQ(format_instant(parse_instant("2024-01-02T03:04Z")), "2024-01-02T03:04:00Z");
}

TEST(When, TakesShortMonthsDaysAndHours) {
    EXPECT_EQ(When("2024-1-2 3:04:05"), When("2024-01-02T03:04:05"));
}

TEST(When, TakesADecimalFraction) {
    EXPECT_EQ(parse_instant("1970-01-01T00:00:00.5Z"), instant(500'000));
    EXPECT_EQ(parse_instant("1970-01-01T00:00:00.000001Z"), instant(1));
    EXPECT_EQ(parse_instant("1970-01-01T00:00:00.0000019Z"), instant(1));
    EXPECT_EQ(parse_instant("1969-12-31T23:59:59.999999Z"), instant(-1));
}

TEST(When, TakesTwentyFourOClockForTheEndOfTheDay) {
    EXPECT_EQ(When("2024-12-31 24:00:00"), When("2025-01-01 00:00:00"));
    EXPECT_EQ(When("2024-12-31 24:00"), When("2025-01-01 00:00"));
    EXPECT_THROW(When("2024-12-31 24:00:01"), TimeFormatError);
    EXPECT_THROW(When("2024-12-31 24:00:00.1"), TimeFormatError);
    EXPECT_THROW(When("2024-12-31 24:01"), TimeFormatError);
}

TEST(When, RefusesWhatIsNoDateOrTime) {
    for (const char* text : {"",
                             " ",
                             "2024",
                             "2024-01",
                             "2024/01/02",
                             "12024-01-02",
                             "24-01-02",
                             "2024-13-01",
                             "2024-00-01",
                             "2024-02-30",
                             "2023-02-29",
                             "2024-01-00",
                             "2024-001-02",
                             "2024-01-02 ",
                             " 2024-01-02",
                             "2024-01-02T",
                             "2024-01-02 3",
                             "2024-01-02 25:00",
                             "2024-01-02 03:60",
                             "2024-01-02 03:04:60",
                             "2024-01-02 03:04:05.",
                             "2024-01-02 03:04:05,5",
                             "2024-01-02Z",
                             "2024-01-02 03:04Zx",
                             "2024-01-02 03:04 Z",
                             "2024-01-02 03:04+2",
                             "2024-01-02 03:04+0200",
                             "2024-01-02 03:04+24:00",
                             "2024-01-02 03:04+02:60",
                             "2024-01-02  03:04",
                             "-001-01-01",
                             "0000-01-01",
                             "2024-01-02 -3:04",
                             "9999-12-31 24:00",
                             "9999-12-31T23:00:00-02:00",
                             "0001-01-01T00:00:00+01:00"}) {
        EXPECT_THROW(When{text}, TimeFormatError) << text;
    }
}

TEST(When, SaysWhatIsWrongAndWhatWouldBeRight) {
    EXPECT_EQ(message_for("2024-02-30"),
              "bad date or time \"2024-02-30\": the day is 30 but must be 1 to 29");
    EXPECT_EQ(message_for("tomorrow"),
              "bad date or time \"tomorrow\": write it like 2024-01-02, 2024-01-02 03:04 or "
              "2024-01-02T03:04:05.25+02:00");
}

TEST(When, HoldsTheFirstAndTheLastYear) {
    EXPECT_EQ(format_instant(parse_instant("0001-01-01T00:00:00Z")), "0001-01-01T00:00:00Z");
    EXPECT_EQ(format_instant(parse_instant("9999-12-31T23:59:59.999999Z")),
              "9999-12-31T23:59:59.999999Z");
    EXPECT_EQ(format_instant(When("9999-12-31 23:59").resolve("Asia/Tokyo")),
              "9999-12-31T14:59:00Z");
    EXPECT_EQ(format_instant(When("0001-01-01 12:00").resolve("Etc/GMT+5")),
              "0001-01-01T17:00:00Z");
}

TEST(When, MovesAWallTimeInAGapForwardByTheGap) {
    EXPECT_EQ(
        format_instant(When("2024-03-31 03:30").resolve("Europe/Helsinki"), "Europe/Helsinki"),
        "2024-03-31T04:30:00+03:00");
}

TEST(When, MeansTheFirstOrTheSecondInstantInAFold) {
    const When when("2024-11-03 01:30:00.5");
    EXPECT_EQ(format_instant(when.resolve("America/New_York")), "2024-11-03T05:30:00.5Z");
    EXPECT_EQ(format_instant(when.resolve("America/New_York", Fold::second)),
              "2024-11-03T06:30:00.5Z");
}

TEST(When, ComesFromChronoTypes) {
    using namespace std::chrono;
    EXPECT_EQ(When(2024y / January / 2), When("2024-01-02"));
    EXPECT_EQ(When(sys_days(2024y / January / 2)), When("2024-01-02T00:00Z"));
    EXPECT_EQ(When(local_days(2024y / January / 2) + 3h), When("2024-01-02 03:00"));
    EXPECT_THROW(When(2023y / February / 29), TimeFormatError);
}

TEST(When, HasNoValueUnlessGiven) {
    EXPECT_FALSE(When{});
    EXPECT_EQ(When{}.to_string(), "");
    EXPECT_THROW(static_cast<void>(When{}.wall_time()), TimeFormatError);
    EXPECT_THROW(static_cast<void>(When{}.resolve("UTC")), TimeFormatError);
    EXPECT_THROW(static_cast<void>(When("2024-01-02T00:00Z").wall_time()), TimeFormatError);
}

TEST(When, SurvivesBeingWrittenAndReadBack) {
    for (const char* text : {"2024-01-02", "2024-01-02T03:04:05.25", "2024-01-02T03:04:05Z"}) {
        EXPECT_EQ(When(text).to_string(), text);
    }
}

TEST(TimeZone, IsNoneUnlessGiven) {
    EXPECT_FALSE(TimeZone{});
    EXPECT_EQ(TimeZone{}.name(), "");
    EXPECT_THROW(static_cast<void>(TimeZone{}.offset(instant(0))), TimeZoneError);
    EXPECT_EQ(TimeZone("UTC"), TimeZone::utc());
    EXPECT_NE(TimeZone("Europe/Berlin"), TimeZone::utc());
}

TEST(TimeZone, ShowsWhatTheClockOnTheWallShows) {
    const Instant summer = parse_instant("2025-07-01T12:00:00.25Z");
    EXPECT_EQ(TimeZone("Europe/Berlin").offset(summer), 2h);
    EXPECT_EQ(When(TimeZone("Europe/Berlin").wall_time(summer)), When("2025-07-01 14:00:00.25"));
}

TEST(FormatInstant, WritesTheOffsetOfTheZone) {
    const Instant when = parse_instant("2025-07-01T12:00:00Z");
    EXPECT_EQ(format_instant(when, "UTC"), "2025-07-01T12:00:00+00:00");
    EXPECT_EQ(format_instant(when, "Asia/Kolkata"), "2025-07-01T17:30:00+05:30");
    EXPECT_EQ(format_instant(when, "America/St_Johns"), "2025-07-01T09:30:00-02:30");
    EXPECT_EQ(format_instant(parse_instant("1880-01-01T12:00:00Z"), "Europe/Paris"),
              "1880-01-01T12:09:21+00:09:21");
}

TEST(FormatInstant, WritesAFractionOnlyWhereThereIsOne) {
    EXPECT_EQ(format_instant(instant(1'500'000)), "1970-01-01T00:00:01.5Z");
    EXPECT_EQ(format_instant(instant(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(ParseDuration, ReadsNumbersWithUnits) {
    EXPECT_EQ(parse_duration("30s"), Duration(30s));
    EXPECT_EQ(parse_duration("1.5h"), Duration(90min));
    EXPECT_EQ(parse_duration("2d 4h"), Duration(52h));
    EXPECT_EQ(parse_duration("1h30m"), Duration(90min));
    EXPECT_EQ(parse_duration("5 min"), Duration(5min));
    EXPECT_EQ(parse_duration("500ms"), Duration(500ms));
    EXPECT_EQ(parse_duration("7us"), Duration(7us));
    EXPECT_EQ(parse_duration("1w"), Duration(168h));
    EXPECT_EQ(parse_duration("-1h 30m"), Duration(-90min));
}

TEST(ParseDuration, RefusesWhatIsNoDuration) {
    for (const char* text : {"", " ", "30", "s", "1.s", ".5s", "1 fortnight", "1h,", "1H", "--1s",
                             "9223372036854775807s", "999999999999999999s", "1e3s"}) {
        EXPECT_THROW(static_cast<void>(parse_duration(text)), TimeFormatError) << text;
    }
}

TEST(FormatDuration, WritesTheShortestExactForm) {
    EXPECT_EQ(format_duration(0s), "0s");
    EXPECT_EQ(format_duration(90min), "1h 30m");
    EXPECT_EQ(format_duration(250ms), "250ms");
    EXPECT_EQ(format_duration(48h), "2d");
    EXPECT_EQ(format_duration(1s + 1us), "1s 1us");
    EXPECT_EQ(format_duration(-90s), "-1m 30s");
    EXPECT_EQ(format_duration(unlimited), "unlimited");
}

TEST(FormatDuration, IsReadBackAsWritten) {
    for (const Duration length :
         {Duration(0s), Duration(1us), Duration(123'456'789ms), Duration(-5s),
          Duration(std::chrono::microseconds::max() - 1us)}) {
        EXPECT_EQ(parse_duration(format_duration(length)), length);
    }
}

}  // namespace
}  // namespace punctual
