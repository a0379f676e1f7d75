#include <punctual/triggers/interval.hpp>

#include <gtest/gtest.h>

#include <limits>

#include "trigger_testing.hpp"

namespace punctual::testing {
namespace {

Trigger every_hour_until_two() {
    return interval(1h, {.start_date = "2024-01-01", .end_date = "2024-01-01 02:00"});
}

TEST(IntervalTrigger, FiresAtItsStartAndEachIntervalAfterIt) {
    const Trigger trigger =
        interval({.hours = 2, .start_date = "2024-06-01 09:30", .timezone = "Europe/Brussels"});
    EXPECT_EQ(instants_from(trigger, "2024-01-01", 3),
              (Texts{"2024-06-01T07:30:00Z", "2024-06-01T09:30:00Z", "2024-06-01T11:30:00Z"}));
}

TEST(IntervalTrigger, KeepsItsPhaseFromWhereverItIsAsked) {
    const Trigger trigger = interval(10s, {.start_date = "2024-01-01 00:00:00.000123"});
    EXPECT_EQ(instants_from(trigger, "2024-01-01T00:00:05Z", 2),
              (Texts{"2024-01-01T00:00:10.000123Z", "2024-01-01T00:00:20.000123Z"}));
    EXPECT_EQ(instants_before(trigger, "2024-01-01T00:00:15Z", 5),
              (Texts{"2024-01-01T00:00:10.000123Z", "2024-01-01T00:00:00.000123Z"}));
}

TEST(IntervalTrigger, IncludesItsEnd) {
    EXPECT_EQ(instants_from(every_hour_until_two(), "2024-01-01T00:30:00Z", 3),
              (Texts{"2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"}));
    EXPECT_EQ(instants_before(every_hour_until_two(), "2025-01-01", 2),
              (Texts{"2024-01-01T02:00:00Z", "2024-01-01T01:00:00Z"}));
}

TEST(IntervalTrigger, IsEmptyWhereItEndsBeforeItStarts) {
    const Trigger empty = interval(1h, {.start_date = "2024-01-02", .end_date = "2024-01-01"});
    EXPECT_EQ(empty.next(Instant()), std::nullopt);
    EXPECT_EQ(empty.previous(Instant::max()), std::nullopt);
    EXPECT_EQ(empty.count(Instant::min(), Instant::max()), 0);
}

TEST(IntervalTrigger, CountsElapsedTimeThroughChangesOfTheClocks) {
    const Trigger spring =
        interval({.days = 1, .start_date = "2024-03-30 03:30", .timezone = "Europe/Helsinki"});
    EXPECT_EQ(instants_from(spring, "2024-03-30", 3),
              (Texts{"2024-03-30T01:30:00Z", "2024-03-31T01:30:00Z", "2024-04-01T01:30:00Z"}));
    const Trigger autumn =
        interval({.minutes = 45, .start_date = "2024-11-02 01:30", .timezone = "US/Eastern"});
    EXPECT_EQ(instants_from(autumn, "2024-11-03T05:10:00Z", 3),
              (Texts{"2024-11-03T05:30:00Z", "2024-11-03T06:15:00Z", "2024-11-03T07:00:00Z"}));
}

TEST(IntervalTrigger, StartsAtTheFirstAndEndsAtTheSecondOfTwo) {
    const Trigger fold = interval(30min, {.start_date = "2024-10-27 03:30",
                                          .end_date = "2024-10-27 03:30",
                                          .timezone = "Europe/Helsinki"});
    EXPECT_EQ(instants_from(fold, "2024-10-27", 9),
              (Texts{"2024-10-27T00:30:00Z", "2024-10-27T01:00:00Z", "2024-10-27T01:30:00Z"}));
}

TEST(IntervalTrigger, AddsUpItsAmountsAndRoundsTheSumOnce) {
    EXPECT_EQ(interval({.weeks = 1, .days = 1, .hours = 1, .minutes = 1, .seconds = 1}),
              interval(694'861s));
    EXPECT_EQ(interval({.hours = 1.5}), interval(90min));
    EXPECT_EQ(interval({.minutes = 1, .seconds = -59.9}), interval(100ms));
    const int hours = 2;
    EXPECT_EQ(interval({.hours = hours}), interval(2h));
    // 0.1 us and six times 0.1 us: each alone would round to 0.
    EXPECT_EQ(interval({.hours = 1e-7 / 3600, .seconds = 6e-7}), interval(1us));
}

TEST(IntervalTrigger, TakesFractionsOfASecond) {
    EXPECT_EQ(
        instants_from(from_json(R"({"type":"interval","seconds":0.1,"start_date":"2024-01-01"})"),
                      "2024-01-01T05:00:00.25Z", 2),
        (Texts{"2024-01-01T05:00:00.3Z", "2024-01-01T05:00:00.4Z"}));
}

TEST(IntervalTrigger, RefusesALengthBelowAMicrosecondOrBeyondTheRange) {
    EXPECT_EQ(
        json_error(R"({"type":"interval"})"),
        "interval: the length is 0 seconds; weeks, days, hours, minutes and seconds must add up "
        "to at least 0.000001");
    EXPECT_NE(json_error(R"({"type":"interval","seconds":1e-7})"), "no error");
    EXPECT_NE(json_error(R"({"type":"interval","hours":-1})"), "no error");
    EXPECT_NE(json_error(R"({"type":"interval","weeks":1e300})").find("out of range"),
              std::string::npos);
    EXPECT_THROW((void)interval({.hours = std::numeric_limits<double>::quiet_NaN()}), TriggerError);
    EXPECT_THROW((void)interval(0s), TriggerError);
    EXPECT_THROW((void)interval(1s, {.jitter = -1s}), TriggerError);
}

TEST(IntervalTrigger, RefusesTextForANumber) {
    EXPECT_EQ(json_error(R"({"type":"interval","hours":"2"})"),
              "interval: hours is \"2\"; a number is needed");
}

TEST(IntervalTrigger, StartsAnIntervalAfterTheTimeOfAdding) {
    const Trigger open = interval(2h);
    EXPECT_THROW((void)open.next(Instant()), TriggerError);
    const Trigger added = open.resolve(parse_instant("2025-01-01T00:10:00Z"), TimeZone::utc());
    EXPECT_EQ(instants_from(added, "2025-01-01", 2),
              (Texts{"2025-01-01T02:10:00Z", "2025-01-01T04:10:00Z"}));
    EXPECT_EQ(added.to_value().to_json(), R"({"type":"interval","hours":2})");
    const Trigger again = added.resolve(parse_instant("2026-01-01"), "Asia/Tokyo");
    EXPECT_EQ(again.implementation(), added.implementation());
}

TEST(IntervalTrigger, ReadsItsBoundsAgainWhenTheZoneBecomesKnown) {
    const Trigger resolved = interval(1h, {.start_date = "2024-01-01", .end_date = "2024-01-01"})
                                 .resolve(std::nullopt, "Asia/Tokyo");
    EXPECT_EQ(instants_from(resolved, "2023-01-01", 9), Texts{"2023-12-31T15:00:00Z"});
}

TEST(IntervalTrigger, StoresEqualLengthsAlike) {
    EXPECT_EQ(interval(7'200s).to_value(), Value::object({{"type", "interval"}, {"hours", 2}}));
    EXPECT_EQ(interval(1500ms).to_value(), Value::object({{"type", "interval"}, {"seconds", 1.5}}));
    EXPECT_EQ(interval(14 * 24h).to_value(), Value::object({{"type", "interval"}, {"weeks", 2}}));
}

TEST(IntervalTrigger, StoresAHugeLengthToTheMicrosecond) {
    const Trigger huge = interval(std::chrono::microseconds(9'223'372'036'854'775'807));
    EXPECT_EQ(Trigger::from_value(huge.to_value()), huge);
    EXPECT_EQ(instants_from(huge.resolve(Instant(-1us), {}), "1970-01-01", 2).size(), 1U);
}

TEST(IntervalTrigger, StoresABoundInAGapAsItWasWritten) {
    const Trigger trigger =
        interval(1h, {.start_date = "2024-03-31 03:30", .timezone = "Europe/Helsinki"});
    EXPECT_EQ(When(trigger.to_value().find("start_date")->as_text()), When("2024-03-31 03:30"));
    EXPECT_EQ(trigger.next(Instant()), parse_instant("2024-03-31T01:30:00Z"));
}

TEST(IntervalTrigger, AnswersAtTheEndsOfTheRange) {
    const Trigger trigger = interval(1h, {.start_date = Instant()});
    EXPECT_EQ(trigger.next(Instant::min()), Instant());
    EXPECT_EQ(trigger.next(Instant::max()), std::nullopt);
    EXPECT_EQ(trigger.next(Instant::max() - 1us), std::nullopt);
    EXPECT_EQ(trigger.previous(Instant::min()), std::nullopt);
    EXPECT_GT(trigger.previous(Instant::max()), Instant::max() - 1h);
    EXPECT_EQ(trigger.count(Instant::min(), Instant::max()),
              Instant::max().time_since_epoch() / 1h + 1);
    const Trigger everything = interval(1us, {.start_date = Instant::min()});
    EXPECT_EQ(everything.count(Instant::min(), Instant::max()),
              std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(everything.next(Instant::max() - 1us), Instant::max());
    EXPECT_EQ(everything.previous(Instant::min() + 1us), Instant::min());
    EXPECT_EQ(interval(1h).resolve(Instant::max(), {}).next(Instant::max() - 1us), Instant::max());
}

TEST(IntervalTrigger, DescribesItself) {
    EXPECT_EQ(interval(2h).describe(), "every 2 hours");
    EXPECT_EQ(interval(1s).describe(), "every second");
    EXPECT_EQ(interval(1500ms).describe(), "every 1.5 seconds");
    EXPECT_EQ(interval({.weeks = 2}).describe(), "every 2 weeks");
    EXPECT_EQ(
        interval(30s, {.start_date = "2025-01-01 00:00", .timezone = "Europe/Berlin"}).describe(),
        "every 30 seconds from 2025-01-01 00:00, Europe/Berlin");
    EXPECT_EQ(
        interval(30s, {.start_date = "2025-01-01 00:00:05", .end_date = "2025-02-01"}).describe(),
        "every 30 seconds from 2025-01-01 00:00:05 until 2025-02-01");
    EXPECT_EQ(interval(1min, {.jitter = 10s}).describe(), "every minute, delayed by up to 10s");
}

}  // namespace
}  // namespace punctual::testing
