// Cron where the clock skips or repeats times.

#include <gtest/gtest.h>

#include <punctual/triggers/cron.hpp>
#include <punctual/triggers/crontab.hpp>

#include "trigger_testing.hpp"

namespace punctual::testing {
namespace {

Trigger in(const char* zone, const char* expression, Dst dst = Dst::once) {
    return crontab(expression, {.timezone = zone, .dst = dst});
}

TEST(CronTrigger, FiresOnceAtTheEndOfAGap) {
    const Trigger trigger = in("Europe/Berlin", "30 2 * * *");
    EXPECT_EQ(instants_from(trigger, "2025-03-29", 3),
              (Texts{"2025-03-29T01:30:00Z", "2025-03-30T01:00:00Z", "2025-03-31T00:30:00Z"}));
    EXPECT_EQ(instants_before(trigger, "2025-04-01", 3),
              (Texts{"2025-03-31T00:30:00Z", "2025-03-30T01:00:00Z", "2025-03-29T01:30:00Z"}));
}

TEST(CronTrigger, FiresOnceForSeveralTimesInAGap) {
    const Trigger trigger = in("Europe/Berlin", "*/15 2,3 30 3 *");
    EXPECT_EQ(instants_from(trigger, "2025-03-30", 5),
              (Texts{"2025-03-30T01:00:00Z", "2025-03-30T01:15:00Z", "2025-03-30T01:30:00Z",
                     "2025-03-30T01:45:00Z", "2026-03-30T00:00:00Z"}));
    EXPECT_EQ(trigger.count(parse_instant("2025-03-30"), parse_instant("2025-03-31")), 4);
}

TEST(CronTrigger, DoesNotFireInAGapWhereToldToSkipOrToBeLiteral) {
    for (const Dst dst : {Dst::skip, Dst::literal}) {
        EXPECT_EQ(instants_from(in("Europe/Berlin", "30 2 * * *", dst), "2025-03-29", 2),
                  (Texts{"2025-03-29T01:30:00Z", "2025-03-31T00:30:00Z"}));
    }
}

TEST(CronTrigger, FiresTheFirstTimeInAFold) {
    for (const Dst dst : {Dst::once, Dst::skip}) {
        EXPECT_EQ(instants_from(in("America/New_York", "30 1 * * *", dst), "2024-11-02", 3),
                  (Texts{"2024-11-02T05:30:00Z", "2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z"}));
    }
}

TEST(CronTrigger, FiresBothTimesInAFoldWhereLiteral) {
    EXPECT_EQ(instants_from(in("America/New_York", "30 1 * * *", Dst::literal), "2024-11-02", 4),
              (Texts{"2024-11-02T05:30:00Z", "2024-11-03T05:30:00Z", "2024-11-03T06:30:00Z",
                     "2024-11-04T06:30:00Z"}));
}

TEST(CronTrigger, FollowsElapsedTimeWhereItsHoursAreAll24) {
    for (const Dst dst : {Dst::once, Dst::skip, Dst::literal}) {
        EXPECT_EQ(instants_from(in("Europe/Berlin", "30 * 26 10 *", dst), "2025-10-26", 3),
                  (Texts{"2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z", "2025-10-26T02:30:00Z"}));
        EXPECT_EQ(instants_from(in("Europe/Berlin", "30 0-23 * * *", dst), "2025-03-30", 3),
                  (Texts{"2025-03-30T00:30:00Z", "2025-03-30T01:30:00Z", "2025-03-30T02:30:00Z"}));
    }
}

TEST(CronTrigger, BehavesAlikeHoweverItsHoursAreSpelled) {
    const Trigger star = in("Europe/Berlin", "30 */2 * * *");
    const Trigger list = in("Europe/Berlin", "30 0,2,4,6,8,10,12,14,16,18,20,22 * * *");
    EXPECT_EQ(instants_from(star, "2025-03-29T12:00Z", 20),
              instants_from(list, "2025-03-29T12:00Z", 20));
    EXPECT_EQ(instants_from(star, "2025-10-25T12:00Z", 20),
              instants_from(list, "2025-10-25T12:00Z", 20));
    EXPECT_EQ(instants_from(star, "2025-03-30T00:00Z", 2),
              (Texts{"2025-03-30T01:00:00Z", "2025-03-30T02:30:00Z"}));
}

TEST(CronTrigger, MatchesTheNominalDateOfATimeInAGap) {
    // In Nuuk, Saturday 23:00 becomes Sunday 00:00.
    EXPECT_EQ(instants_from(in("America/Nuuk", "30 23 * * 6"), "2025-03-24", 2),
              (Texts{"2025-03-30T01:00:00Z", "2025-04-06T00:30:00Z"}));
    EXPECT_EQ(instants_from(in("America/Nuuk", "0 0 * * 0"), "2025-03-24", 1),
              (Texts{"2025-03-30T01:00:00Z"}));
    EXPECT_EQ(instants_from(in("America/Nuuk", "30 23 * * 0"), "2025-03-25", 1),
              (Texts{"2025-03-31T00:30:00Z"}));
}

TEST(CronTrigger, FiresAfterAMissingMidnight) {
    EXPECT_EQ(instants_from(in("Asia/Beirut", "0 0 * * *"), "2024-03-30", 2),
              (Texts{"2024-03-30T22:00:00Z", "2024-03-31T21:00:00Z"}));
    EXPECT_EQ(instants_from(in("Asia/Beirut", "0 0 31 3 *", Dst::skip), "2024-03-01", 1),
              (Texts{"2025-03-30T21:00:00Z"}));
}

TEST(CronTrigger, FiresAfterAMissingDay) {
    // Samoa had no 30 December 2011.
    EXPECT_EQ(instants_from(in("Pacific/Apia", "30 2 * * *"), "2011-12-29", 3),
              (Texts{"2011-12-29T12:30:00Z", "2011-12-30T10:00:00Z", "2011-12-30T12:30:00Z"}));
    EXPECT_EQ(instants_from(in("Pacific/Apia", "30 2 30 12 *"), "2011-12-01", 2),
              (Texts{"2011-12-30T10:00:00Z", "2012-12-29T12:30:00Z"}));
    EXPECT_EQ(instants_from(in("Pacific/Apia", "30 2 30 12 *", Dst::skip), "2011-12-01", 1),
              (Texts{"2012-12-29T12:30:00Z"}));
}

TEST(CronTrigger, KnowsChangesByHalfAnHour) {
    // At Lord Howe, 02:00 becomes 02:30, and 02:00 becomes 01:30.
    EXPECT_EQ(instants_from(in("Australia/Lord_Howe", "15 2 * * *"), "2024-10-05T00:00Z", 2),
              (Texts{"2024-10-05T15:30:00Z", "2024-10-06T15:15:00Z"}));
    EXPECT_EQ(instants_from(in("Australia/Lord_Howe", "45 1 * * *", Dst::literal), "2024-04-06", 3),
              (Texts{"2024-04-06T14:45:00Z", "2024-04-06T15:15:00Z", "2024-04-07T15:15:00Z"}));
}

TEST(CronTrigger, KnowsTheRulesFarInTheFuture) {
    EXPECT_EQ(instants_from(in("Europe/Berlin", "30 2 * * *"), "2500-03-28", 1),
              (Texts{"2500-03-28T01:00:00Z"}));
    EXPECT_EQ(instants_from(in("America/New_York", "0 9 1 7 *"), "9998-01-01", 2),
              (Texts{"9998-07-01T13:00:00Z", "9999-07-01T13:00:00Z"}));
}

TEST(CronTrigger, SaysWhyAnInstantWasMovedOrChosen) {
    const Trigger trigger = in("Europe/Berlin", "30 2 * * *");
    EXPECT_EQ(trigger.explain(parse_instant("2025-03-30T01:00:00Z")),
              "clock went forward; 02:30 does not exist");
    EXPECT_NE(trigger.explain(parse_instant("2025-10-26T00:30:00Z")).find("clock went back; 02:30"),
              std::string::npos);
    EXPECT_EQ(trigger.explain(parse_instant("2025-03-29T01:30:00Z")), "");
    EXPECT_EQ(trigger.explain(parse_instant("2025-10-26T01:30:00Z")), "");
    EXPECT_EQ(in("Europe/Berlin", "30 * * * *").explain(parse_instant("2025-10-26T00:30:00Z")), "");
}

TEST(CronTrigger, TellsWhatEachChangeOfTheClocksDoes) {
    const Instant from = parse_instant("2025-01-01");
    const Instant until = parse_instant("2026-01-01");
    const auto notes = in("Europe/Berlin", "30 2 * * *").daylight_saving(from, until);
    ASSERT_EQ(notes.size(), 2U);
    EXPECT_EQ(notes[0].at, parse_instant("2025-03-30T01:00:00Z"));
    EXPECT_EQ(notes[0].text, "the clock goes forward; 02:30 does not exist, runs at 03:00");
    EXPECT_EQ(notes[1].at, parse_instant("2025-10-26T01:00:00Z"));
    EXPECT_EQ(notes[1].text, "the clock goes back; 02:30 occurs twice, runs the first time");
    EXPECT_TRUE(in("Europe/Berlin", "30 4 * * *").daylight_saving(from, until).empty());
    EXPECT_TRUE(in("Europe/Berlin", "30 * * * *").daylight_saving(from, until).empty());
    EXPECT_TRUE(in("UTC", "30 2 * * *").daylight_saving(from, until).empty());
}

}  // namespace
}  // namespace punctual::testing
