#include <punctual/triggers/cron.hpp>

#include <gtest/gtest.h>

#include <chrono>

#include "trigger_testing.hpp"

namespace punctual::testing {
namespace {

std::string refusal(const CronOptions& options) {
    return message_of<TriggerError>([&] { (void)cron(options); });
}

TEST(CronTrigger, TakesTheMinimumForFieldsBelowTheLeastGivenOne) {
    const Trigger trigger = cron({.day_of_week = "mon-fri", .hour = 9});
    EXPECT_EQ(instants_from(trigger, "2025-01-03", 3),
              (Texts{"2025-01-03T09:00:00Z", "2025-01-06T09:00:00Z", "2025-01-07T09:00:00Z"}));
}

TEST(CronTrigger, TakesEveryValueForFieldsAboveTheLeastGivenOne) {
    EXPECT_EQ(instants_from(cron({.second = 30}), "2025-01-01", 2),
              (Texts{"2025-01-01T00:00:30Z", "2025-01-01T00:01:30Z"}));
    EXPECT_EQ(instants_from(cron({.year = "*"}), "2025-01-02", 2),
              (Texts{"2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"}));
    EXPECT_EQ(instants_from(cron({.month = 2}), "2025-01-02", 2),
              (Texts{"2025-02-01T00:00:00Z", "2026-02-01T00:00:00Z"}));
}

TEST(CronTrigger, NeedsAtLeastOneField) {
    EXPECT_EQ(refusal({}),
              "cron: no field is given; at least one of year, month, day, week, day_of_week, hour, "
              "minute and second is needed");
}

TEST(CronTrigger, NeedsAllFieldsToMatch) {
    EXPECT_EQ(instants_from(cron({.day = 13, .day_of_week = "fri"}), "2025-01-01", 2),
              (Texts{"2025-06-13T00:00:00Z", "2026-02-13T00:00:00Z"}));
}

TEST(CronTrigger, CountsWeekdaysFromMonday) {
    EXPECT_EQ(instants_from(cron({.day_of_week = 0}), "2025-01-01", 1),
              instants_from(cron({.day_of_week = "MON"}), "2025-01-01", 1));
    EXPECT_EQ(instants_from(cron({.day_of_week = 6}), "2025-01-01", 1),
              (Texts{"2025-01-05T00:00:00Z"}));
}

TEST(CronTrigger, CountsStepsFromTheFirstValueOfARange) {
    EXPECT_EQ(instants_from(cron({.hour = "2-10/4"}), "2025-01-01", 4),
              (Texts{"2025-01-01T02:00:00Z", "2025-01-01T06:00:00Z", "2025-01-01T10:00:00Z",
                     "2025-01-02T02:00:00Z"}));
    EXPECT_EQ(instants_from(cron({.hour = "20/3"}), "2025-01-01", 3),
              (Texts{"2025-01-01T20:00:00Z", "2025-01-01T23:00:00Z", "2025-01-02T20:00:00Z"}));
    EXPECT_EQ(instants_from(cron({.day = "*/10"}), "2025-01-02", 3),
              (Texts{"2025-01-11T00:00:00Z", "2025-01-21T00:00:00Z", "2025-01-31T00:00:00Z"}));
}

TEST(CronTrigger, FindsTheNthAndTheLastWeekdayOfAMonth) {
    EXPECT_EQ(instants_from(cron({.day = "2nd tue"}), "2025-01-01", 2),
              (Texts{"2025-01-14T00:00:00Z", "2025-02-11T00:00:00Z"}));
    EXPECT_EQ(instants_from(cron({.day = "5th fri"}), "2025-01-01", 2),
              (Texts{"2025-01-31T00:00:00Z", "2025-05-30T00:00:00Z"}));
    EXPECT_EQ(instants_from(cron({.day = "Last  Fri, 1"}), "2025-02-01", 3),
              (Texts{"2025-02-01T00:00:00Z", "2025-02-28T00:00:00Z", "2025-03-01T00:00:00Z"}));
    EXPECT_EQ(instants_from(cron({.month = 2, .day = "last"}), "2024-01-01", 2),
              (Texts{"2024-02-29T00:00:00Z", "2025-02-28T00:00:00Z"}));
}

TEST(CronTrigger, CountsWeeksAsIso8601) {
    // 29 December 2025 belongs to week 1 of 2026; 2026 has 53 weeks, 2027 has not.
    EXPECT_EQ(instants_from(cron({.week = 1, .day_of_week = "mon"}), "2025-01-01", 2),
              (Texts{"2025-12-29T00:00:00Z", "2027-01-04T00:00:00Z"}));
    EXPECT_EQ(instants_from(cron({.week = 53, .day_of_week = "fri"}), "2026-01-01", 1),
              (Texts{"2027-01-01T00:00:00Z"}));
}

TEST(CronTrigger, SelectsYears) {
    const Trigger trigger = cron({.year = "2020,2025-2029/2", .month = 7});
    EXPECT_EQ(instants_from(trigger, "1960-01-01", 9),
              (Texts{"2020-07-01T00:00:00Z", "2025-07-01T00:00:00Z", "2027-07-01T00:00:00Z",
                     "2029-07-01T00:00:00Z"}));
    EXPECT_EQ(instants_before(trigger, "9999-12-31", 9),
              (Texts{"2029-07-01T00:00:00Z", "2027-07-01T00:00:00Z", "2025-07-01T00:00:00Z",
                     "2020-07-01T00:00:00Z"}));
}

TEST(CronTrigger, EndsWithTheYear9999AndBeginsWith1970) {
    const Trigger trigger = cron({.hour = 0});
    EXPECT_EQ(instants_from(trigger, "9999-12-31", 2), (Texts{"9999-12-31T00:00:00Z"}));
    EXPECT_EQ(instants_before(trigger, "1970-01-02", 2), (Texts{"1970-01-01T00:00:00Z"}));
    EXPECT_FALSE(trigger.next(Instant::max()));
    EXPECT_FALSE(trigger.previous(Instant::min()));
    EXPECT_EQ(trigger.next(Instant::min()), parse_instant("1970-01-01"));
    EXPECT_EQ(trigger.previous(Instant::max()), parse_instant("9999-12-31"));
}

TEST(CronTrigger, FindsNoImpossibleDate) {
    for (const CronOptions& options :
         {CronOptions{.month = 2, .day = 30}, CronOptions{.month = "2,4,6,9,11", .day = 31},
          CronOptions{.month = 6, .week = 53}, CronOptions{.year = 2023, .month = 2, .day = 29},
          CronOptions{.month = 2, .day = "5th mon", .week = 1}}) {
        EXPECT_FALSE(cron(options).next(Instant::min()));
        EXPECT_FALSE(cron(options).previous(Instant::max()));
        EXPECT_EQ(cron(options).count(Instant::min(), Instant::max()), 0);
    }
}

TEST(CronTrigger, FindsLeapDaysAcrossACenturyWithoutOne) {
    EXPECT_EQ(instants_from(cron({.month = 2, .day = 29}), "2096-01-01", 2),
              (Texts{"2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"}));
    EXPECT_EQ(instants_from(cron({.month = 2, .day = 29, .day_of_week = "mon"}), "2025-01-01", 2),
              (Texts{"2044-02-29T00:00:00Z", "2072-02-29T00:00:00Z"}));
}

TEST(CronTrigger, KeepsToItsBounds) {
    const Trigger trigger = cron({.minute = "*/5",
                                  .start_date = "2024-01-01 00:00:00.000001",
                                  .end_date = "2024-01-01 00:10:00",
                                  .timezone = "UTC"});
    EXPECT_EQ(instants_from(trigger, "2023-01-01", 9),
              (Texts{"2024-01-01T00:05:00Z", "2024-01-01T00:10:00Z"}));
    EXPECT_EQ(instants_before(trigger, "2030-01-01", 9),
              (Texts{"2024-01-01T00:10:00Z", "2024-01-01T00:05:00Z"}));
    EXPECT_EQ(trigger.count(Instant::min(), Instant::max()), 2);
}

TEST(CronTrigger, BeginsWithTheFirstAndEndsWithTheSecondTimeInAFold) {
    const Trigger trigger = cron({.minute = "*/30",
                                  .start_date = "2024-11-03 01:30",
                                  .end_date = "2024-11-03 01:30",
                                  .timezone = "America/New_York"});
    EXPECT_EQ(instants_from(trigger, "2024-11-01", 9),
              (Texts{"2024-11-03T05:30:00Z", "2024-11-03T06:00:00Z", "2024-11-03T06:30:00Z"}));
}

TEST(CronTrigger, CountsByArithmetic) {
    const Instant first = parse_instant("2024-01-01");
    const Instant last = parse_instant("2024-12-31 23:59:59");
    EXPECT_EQ(cron({.minute = "*"}).count(first, last), 366 * 24 * 60);
    EXPECT_EQ(cron({.second = "*"}).count(first, last), 366 * 86'400);
    EXPECT_EQ(cron({.day = "last"}).count(first, last), 12);
    EXPECT_EQ(cron({.minute = "*"}).count(first + 1us, first + 60s), 1);
    EXPECT_EQ(cron({.minute = "*"}).count(first, first - 1us), 0);
    EXPECT_EQ(cron({.minute = "*"}).count(Instant::min(), Instant::max()),
              (parse_instant("9999-12-31") - parse_instant("1970-01-01")) / 1min + 24 * 60);
}

TEST(CronTrigger, FillsInAMissingZoneOnly) {
    const Trigger open = cron({.hour = 9});
    EXPECT_EQ(instants_from(open, "2025-01-01", 1), (Texts{"2025-01-01T09:00:00Z"}));
    const Trigger resolved = open.resolve(std::nullopt, "Asia/Tokyo");
    EXPECT_EQ(instants_from(resolved, "2025-01-01", 1), (Texts{"2025-01-01T00:00:00Z"}));
    EXPECT_EQ(resolved, cron({.hour = 9, .timezone = "Asia/Tokyo"}));
    EXPECT_EQ(resolved.resolve(std::nullopt, "Europe/Berlin"), resolved);
}

TEST(CronTrigger, ReadsItsBoundsInTheZoneFilledIn) {
    const Trigger open = cron({.hour = "*", .start_date = "2025-01-01", .jitter = 5s});
    const Trigger resolved = open.resolve(std::nullopt, "Asia/Tokyo");
    EXPECT_EQ(instants_from(resolved, "2024-12-01", 1), (Texts{"2024-12-31T15:00:00Z"}));
    EXPECT_EQ(resolved.jitter(), Duration(5s));
}

TEST(CronTrigger, IsStoredAsWritten) {
    const std::string json =
        R"({"type":"cron","day_of_week":"mon-fri","hour":9,"start_date":"2025-01-01",)"
        R"("timezone":"Europe/Berlin","jitter":2.5,"dst":"skip"})";
    EXPECT_EQ(from_json(json).to_value().to_json(), json);
    EXPECT_EQ(from_json(json), cron({.day_of_week = "mon-fri",
                                     .hour = 9,
                                     .start_date = "2025-01-01",
                                     .timezone = "Europe/Berlin",
                                     .jitter = 2500ms,
                                     .dst = Dst::skip}));
    EXPECT_FALSE(cron({.hour = 9}) == cron({.hour = "9"}));
}

TEST(CronTrigger, RefusesWhatItDoesNotUnderstand) {
    for (const char* text :
         {"",      " ",     ",",   "1,",      "60",    "-5",           "5-",  "*/",       "*/0",
          "*/60",  "*5",    "1 2", "1;2",     "1 - 2", "3.5",          "5-3", "10-20/11", "5-5/1",
          "1/2/3", "1-2-3", "L",   "@hourly", "mon",   "999999999999", "**",  "0x5",      "1\n"}) {
        EXPECT_THROW((void)cron({.minute = text}), TriggerError) << text;
    }
    for (const char* text :
         {"6th fri", "0th mon", "2nd 1", "mon", "last-1", "last monday", "lastfri", "1st", "st mon",
          "L", "15W", "32", "0", "1stmon", "last mon-fri"}) {
        EXPECT_THROW((void)cron({.day = text}), TriggerError) << text;
    }
    for (const char* text :
         {"7", "monday", "mon-fri/2", "fri-mon", "mon-4", "mon/2", "5#2", "-1"}) {
        EXPECT_THROW((void)cron({.day_of_week = text}), TriggerError) << text;
    }
    EXPECT_THROW((void)cron({.month = "jan-feb/2"}), TriggerError);
    EXPECT_THROW((void)cron({.month = "last"}), TriggerError);
    EXPECT_THROW((void)cron({.year = 1969}), TriggerError);
    EXPECT_THROW((void)cron({.year = 10'000}), TriggerError);
    EXPECT_THROW((void)cron({.hour = 24}), TriggerError);
    EXPECT_THROW((void)cron({.week = 54}), TriggerError);
    EXPECT_THROW((void)cron({.hour = 1, .jitter = -1s}), TriggerError);
}

TEST(CronTrigger, SaysWhatIsWrongAndWhatWouldBeRight) {
    EXPECT_EQ(refusal({.minute = "60"}),
              "cron: minute is \"60\"; 60 is out of range: 0 to 59 is allowed");
    EXPECT_EQ(refusal({.year = "2025-2020"}),
              "cron: year is \"2025-2020\"; the range \"2025-2020\" runs backwards: the smaller "
              "value comes first");
    EXPECT_EQ(refusal({.month = "jan-feb/2"}),
              "cron: month is \"jan-feb/2\"; \"jan-feb/2\" is not understood: *, */a, n, a-b, "
              "a-b/c, a/c, jan to dec or jan-mar is needed");
    EXPECT_EQ(json_error(R"({"type":"cron","hour":3.5})"),
              "cron: hour is 3.5; a whole number or text is needed");
    EXPECT_EQ(json_error(R"({"type":"cron","hours":3})"),
              "cron: unknown key \"hours\"; did you mean hour?");
}

}  // namespace
}  // namespace punctual::testing
