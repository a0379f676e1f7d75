#include <punctual/triggers/calendar_interval.hpp>

#include <gtest/gtest.h>

#include "trigger_testing.hpp"

namespace punctual::testing {
namespace {

/// The wall times of the first instants, in `zone`.
Texts wall_times(const Trigger& trigger, const std::string& from, int count, TimeZone zone) {
    Texts texts = instants_from(trigger, from, count);
    for (std::string& text : texts) text = format_instant(parse_instant(text), zone);
    return texts;
}

TEST(CalendarIntervalTrigger, PassesOverMonthsThatLackTheDay) {
    const Trigger monthly = calendar_interval({.months = 1, .hour = 9, .start_date = "2025-01-31"});
    EXPECT_EQ(instants_from(monthly, "2025-01-01", 4),
              (Texts{"2025-01-31T09:00:00Z", "2025-03-31T09:00:00Z", "2025-05-31T09:00:00Z",
                     "2025-07-31T09:00:00Z"}));
    EXPECT_EQ(instants_before(monthly, "2025-05-31T09:00:00Z", 5),
              (Texts{"2025-03-31T09:00:00Z", "2025-01-31T09:00:00Z"}));
}

TEST(CalendarIntervalTrigger, CarriesMonthsIntoYears) {
    EXPECT_EQ(instants_from(calendar_interval({.months = 13, .start_date = "2024-01-15"}),
                            "2024-01-01", 3),
              (Texts{"2024-01-15T00:00:00Z", "2025-02-15T00:00:00Z", "2026-03-15T00:00:00Z"}));
    EXPECT_EQ(
        instants_from(calendar_interval({.years = 1, .months = 2, .start_date = "2024-11-15"}),
                      "2024-01-01", 3),
        (Texts{"2024-11-15T00:00:00Z", "2026-01-15T00:00:00Z", "2027-03-15T00:00:00Z"}));
}

TEST(CalendarIntervalTrigger, AddsWeeksAndDaysAfterTheMonths) {
    EXPECT_EQ(instants_from(calendar_interval(
                                {.months = 1, .weeks = 1, .days = 1, .start_date = "2025-01-31"}),
                            "2025-01-01", 3),
              (Texts{"2025-01-31T00:00:00Z", "2025-04-08T00:00:00Z", "2025-05-16T00:00:00Z"}));
}

TEST(CalendarIntervalTrigger, IncludesTheWholeDayOfItsEnd) {
    const Trigger trigger = calendar_interval({.days = 1,
                                               .hour = 23,
                                               .minute = 59,
                                               .second = 59,
                                               .start_date = "2024-01-01",
                                               .end_date = "2024-01-02",
                                               .timezone = "America/New_York"});
    EXPECT_EQ(instants_from(trigger, "2024-01-01", 9),
              (Texts{"2024-01-02T04:59:59Z", "2024-01-03T04:59:59Z"}));
    EXPECT_EQ(trigger.implementation()->end(), parse_instant("2024-01-03T04:59:59.999999Z"));
}

TEST(CalendarIntervalTrigger, FollowsTheWallClock) {
    const Trigger daily = calendar_interval({.days = 1,
                                             .hour = 3,
                                             .minute = 30,
                                             .start_date = "2024-10-25",
                                             .timezone = "Europe/Helsinki"});
    EXPECT_EQ(instants_from(daily, "2024-10-26", 3),
              (Texts{"2024-10-26T00:30:00Z", "2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z"}));
}

CalendarIntervalOptions helsinki_at_half_past_three(Dst dst) {
    return {.days = 1,
            .hour = 3,
            .minute = 30,
            .start_date = "2024-03-30",
            .timezone = "Europe/Helsinki",
            .dst = dst};
}

TEST(CalendarIntervalTrigger, FiresOnceAtTheEndOfAGap) {
    const Trigger trigger = calendar_interval(helsinki_at_half_past_three(Dst::once));
    EXPECT_EQ(wall_times(trigger, "2024-03-30", 3, "Europe/Helsinki"),
              (Texts{"2024-03-30T03:30:00+02:00", "2024-03-31T04:00:00+03:00",
                     "2024-04-01T03:30:00+03:00"}));
    const Instant moved = parse_instant("2024-03-31T01:00:00Z");
    EXPECT_EQ(trigger.explain(moved), "clock went forward; 03:30 does not exist");
    EXPECT_EQ(trigger.explain(moved + 1h), "");
    EXPECT_EQ(trigger.previous(moved + 1us), moved);
}

TEST(CalendarIntervalTrigger, DoesNotFireInAGapWhereThePolicySkips) {
    for (const Dst dst : {Dst::skip, Dst::literal}) {
        EXPECT_EQ(
            instants_from(calendar_interval(helsinki_at_half_past_three(dst)), "2024-03-30", 2),
            (Texts{"2024-03-30T01:30:00Z", "2024-04-01T00:30:00Z"}));
    }
}

TEST(CalendarIntervalTrigger, KeepsItsStepWhereADateIsSkipped) {
    const Trigger every_other_day = calendar_interval({.days = 2,
                                                       .minute = 30,
                                                       .start_date = "2024-03-08",
                                                       .timezone = "America/Havana",
                                                       .dst = Dst::skip});
    EXPECT_EQ(instants_from(every_other_day, "2024-01-01", 3),
              (Texts{"2024-03-08T05:30:00Z", "2024-03-12T04:30:00Z", "2024-03-14T04:30:00Z"}));
}

TEST(CalendarIntervalTrigger, FiresOnTheNextDateForAMidnightThatDoesNotExist) {
    const Trigger beirut =
        calendar_interval({.days = 1, .start_date = "2024-03-30", .timezone = "Asia/Beirut"});
    EXPECT_EQ(wall_times(beirut, "2024-03-30", 2, "Asia/Beirut"),
              (Texts{"2024-03-31T01:00:00+03:00", "2024-04-01T00:00:00+03:00"}));
    const Trigger nuuk = calendar_interval({.weeks = 1,
                                            .hour = 23,
                                            .minute = 30,
                                            .start_date = "2024-03-30",
                                            .timezone = "America/Nuuk"});
    EXPECT_EQ(wall_times(nuuk, "2024-03-30", 2, "America/Nuuk"),
              (Texts{"2024-03-31T00:00:00-01:00", "2024-04-06T23:30:00-01:00"}));
}

TEST(CalendarIntervalTrigger, FiresOnceWhereADateDoesNotExist) {
    const auto apia = [](int hour) {
        return calendar_interval(
            {.days = 1, .hour = hour, .start_date = "2011-12-29", .timezone = "Pacific/Apia"});
    };
    EXPECT_EQ(wall_times(apia(0), "2011-12-29", 3, "Pacific/Apia"),
              (Texts{"2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00",
                     "2012-01-01T00:00:00+14:00"}));
    EXPECT_EQ(wall_times(apia(12), "2011-12-29", 3, "Pacific/Apia"),
              (Texts{"2011-12-29T12:00:00-10:00", "2011-12-31T00:00:00+14:00",
                     "2011-12-31T12:00:00+14:00"}));
}

TEST(CalendarIntervalTrigger, TakesTheFirstOfTwo) {
    const Trigger trigger = calendar_interval({.days = 1,
                                               .hour = 1,
                                               .minute = 30,
                                               .start_date = "2024-11-03",
                                               .timezone = "US/Eastern",
                                               .dst = Dst::literal});
    EXPECT_EQ(instants_from(trigger, "2024-11-03", 2),
              (Texts{"2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z"}));
    EXPECT_EQ(trigger.explain(parse_instant("2024-11-03T05:30:00Z")),
              "clock went back; 01:30 occurs twice, this is the first time");
}

TEST(CalendarIntervalTrigger, TellsWhatEachChangeOfTheClocksDoes) {
    const auto notes =
        calendar_interval(helsinki_at_half_past_three(Dst::once))
            .daylight_saving(parse_instant("2024-01-01"), parse_instant("2025-01-01"));
    ASSERT_EQ(notes.size(), 2U);
    EXPECT_EQ(format_instant(notes[0].at), "2024-03-31T01:00:00Z");
    EXPECT_EQ(notes[0].text, "the clock goes forward; 03:30 does not exist, runs at 04:00");
    EXPECT_EQ(notes[1].text, "the clock goes back; 03:30 occurs twice, runs the first time");
    const auto skipping =
        calendar_interval(helsinki_at_half_past_three(Dst::skip))
            .daylight_saving(parse_instant("2024-01-01"), parse_instant("2024-06-01"));
    ASSERT_EQ(skipping.size(), 1U);
    EXPECT_EQ(skipping[0].text, "the clock goes forward; 03:30 does not exist, does not run");
}

TEST(CalendarIntervalTrigger, StartsOnTheDayOfAddingInItsZone) {
    const Trigger open = calendar_interval({.days = 2, .timezone = "Asia/Tokyo"});
    EXPECT_THROW((void)open.next(Instant()), TriggerError);
    const Trigger added = open.resolve(parse_instant("2024-12-31T20:00:00Z"), TimeZone::utc());
    EXPECT_EQ(wall_times(added, "2024-01-01", 2, "Asia/Tokyo"),
              (Texts{"2025-01-01T00:00:00+09:00", "2025-01-03T00:00:00+09:00"}));
    EXPECT_EQ(added, open);
}

TEST(CalendarIntervalTrigger, EndsWithTheYear9999) {
    const Trigger daily = calendar_interval({.days = 1, .start_date = "2024-01-01"});
    EXPECT_EQ(daily.next(parse_instant("9999-12-30T12:00:00Z")), parse_instant("9999-12-31"));
    EXPECT_EQ(daily.next(parse_instant("9999-12-31")), std::nullopt);
    EXPECT_EQ(daily.next(Instant::max()), std::nullopt);
    EXPECT_EQ(daily.previous(Instant::max()), parse_instant("9999-12-31"));
    EXPECT_EQ(daily.next(Instant::min()), parse_instant("2024-01-01"));
    EXPECT_EQ(daily.previous(Instant::min()), std::nullopt);
}

TEST(CalendarIntervalTrigger, IsStoredAsWritten) {
    const Trigger trigger = calendar_interval({.months = 1,
                                               .hour = 9,
                                               .start_date = "2025-01-31",
                                               .end_date = "2026-01-01",
                                               .timezone = "UTC",
                                               .jitter = 90s,
                                               .dst = Dst::skip});
    EXPECT_EQ(trigger.to_value().to_json(),
              R"({"type":"calendar_interval","months":1,"hour":9,"start_date":"2025-01-31",)"
              R"("end_date":"2026-01-01","timezone":"UTC","jitter":90,"dst":"skip"})");
    EXPECT_EQ(Trigger::from_value(trigger.to_value()), trigger);
}

TEST(CalendarIntervalTrigger, DescribesItself) {
    EXPECT_EQ(
        calendar_interval({.months = 1, .hour = 9, .start_date = "2025-01-31", .timezone = "UTC"})
            .describe(),
        "every month at 09:00 from 2025-01-31, UTC");
    EXPECT_EQ(calendar_interval({.years = 1, .days = 10, .second = 5}).describe(),
              "every year and 10 days at 00:00:05");
}

TEST(CalendarIntervalTrigger, NamesWhatIsOutOfRange) {
    EXPECT_EQ(json_error(R"({"type":"calendar_interval"})"),
              "calendar_interval: years, months, weeks and days are all 0; one must be at least 1");
    EXPECT_EQ(json_error(R"({"type":"calendar_interval","days":1,"hour":24})"),
              "calendar_interval: hour is 24; a whole number from 0 to 23 is needed");
    EXPECT_EQ(json_error(R"({"type":"calendar_interval","days":1.5})"),
              "calendar_interval: days is 1.5; a whole number from 0 to 3659634 is needed");
    EXPECT_EQ(message_of<TriggerError>([] { (void)calendar_interval({.months = -1}); }),
              "calendar_interval: months is -1; a whole number from 0 to 119988 is needed");
    EXPECT_EQ(
        json_error(R"({"type":"calendar_interval","days":1,"start_date":"2025-01-31T09:00"})"),
        "calendar_interval: start_date is " + When("2025-01-31T09:00").to_string() +
            "; a date without a time is needed, such as 2025-01-31: the time goes into hour, "
            "minute and second");
}

}  // namespace
}  // namespace punctual::testing
