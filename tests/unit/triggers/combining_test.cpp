#include <punctual/triggers/combining.hpp>

#include <gtest/gtest.h>

#include <punctual/triggers/calendar_interval.hpp>
#include <punctual/triggers/date.hpp>
#include <punctual/triggers/interval.hpp>

#include "trigger_testing.hpp"

namespace punctual::testing {
namespace {

Trigger every(Duration length, When start = "2025-01-01") {
    return interval(length, {.start_date = start});
}

Trigger daily(int hour, TimeZone zone = {}) {
    return calendar_interval(
        {.days = 1, .hour = hour, .start_date = "2024-01-01", .timezone = zone});
}

TEST(OrTrigger, FiresAtTheInstantsOfEither) {
    const Trigger either = daily(9, "Asia/Tokyo") || daily(9, "America/New_York");
    EXPECT_EQ(instants_from(either, "2025-01-01", 3),
              (Texts{"2025-01-01T00:00:00Z", "2025-01-01T14:00:00Z", "2025-01-02T00:00:00Z"}));
    EXPECT_EQ(instants_before(either, "2025-01-02", 2),
              (Texts{"2025-01-01T14:00:00Z", "2025-01-01T00:00:00Z"}));
}

TEST(OrTrigger, FiresOnceWhereSeveralNameAnInstant) {
    const Trigger either = every(2h) || every(3h);
    EXPECT_EQ(either.count(parse_instant("2025-01-01"), parse_instant("2025-01-01T06:00:00Z")), 5);
}

TEST(OrTrigger, GoesOnWhenOneHasEnded) {
    const Trigger either = at("2025-01-01T00:30:00Z") || at("2025-01-02T00:30:00Z");
    EXPECT_EQ(instants_from(either, "2025-01-01", 5),
              (Texts{"2025-01-01T00:30:00Z", "2025-01-02T00:30:00Z"}));
    EXPECT_EQ(either.implementation()->end(), parse_instant("2025-01-02T00:30:00Z"));
}

TEST(AndTrigger, FiresWhereAllDo) {
    EXPECT_EQ(instants_from(every(15min) && every(20min), "2025-01-01T00:05:00Z", 2),
              (Texts{"2025-01-01T01:00:00Z", "2025-01-01T02:00:00Z"}));
    EXPECT_EQ(instants_before(every(15min) && every(20min), "2025-01-01T01:59:00Z", 5),
              (Texts{"2025-01-01T01:00:00Z", "2025-01-01T00:00:00Z"}));
}

TEST(AndTrigger, TakesInstantsCloserThanTheThresholdForOne) {
    const Trigger hourly = every(1h);
    const auto later = [](Duration by) { return every(1h, parse_instant("2025-01-01") + by); };
    EXPECT_EQ(instants_from(hourly && later(999999us), "2025-01-01T00:30:00Z", 1),
              Texts{"2025-01-01T01:00:00Z"});
    EXPECT_TRUE(all_of({hourly, later(5s)}, {.threshold = 6s}).next(Instant()).has_value());
    EXPECT_THROW((void)all_of({hourly, later(5s)}, {.threshold = 5s}).next(Instant()),
                 SearchLimitError);
}

TEST(AndTrigger, AsksForEqualInstantsWithAThresholdOfZero) {
    const Trigger trigger = all_of({every(15min), every(20min)}, {.threshold = 0s});
    EXPECT_EQ(instants_from(trigger, "2025-01-01T00:05:00Z", 1), Texts{"2025-01-01T01:00:00Z"});
    EXPECT_EQ(all_of({at("2025-01-01"), at(parse_instant("2025-01-01") + 1us)}, {.threshold = 0s})
                  .next(Instant()),
              std::nullopt);
}

TEST(AndTrigger, EndsWhereOneEnds) {
    EXPECT_EQ((at("2020-01-01") && every(1h)).next(parse_instant("2024-01-01")), std::nullopt);
    EXPECT_EQ((at("2026-01-01") && every(1h)).previous(parse_instant("2025-06-01")), std::nullopt);
}

TEST(AndTrigger, GivesUpAfterABoundedSearchAndSaysSo) {
    const Trigger never = every(2s) && every(2s, "2025-01-01 00:00:01");
    EXPECT_EQ(
        message_of<SearchLimitError>([&] { (void)never.next(Instant()); }),
        "SearchLimit: and: no answer after 100000 steps; whether another instant exists is open");
    EXPECT_THROW((void)never.previous(Instant::max()), SearchLimitError);
}

TEST(AndTrigger, SharesTheBoundWithSearchesInside) {
    // The inner one has an answer about each 10,000 steps, none of which suits the outer one.
    const Trigger inner = all_of({every(10007ms), every(10009ms)}, {.threshold = 0s});
    ASSERT_TRUE(inner.next(parse_instant("2025-01-01")).has_value());
    const Trigger outer = all_of({inner, every(1s, "2025-01-01 00:00:00.5")}, {.threshold = 0s});
    EXPECT_THROW((void)outer.next(Instant()), SearchLimitError);
    EXPECT_TRUE(inner.next(parse_instant("2025-01-01")).has_value());
}

TEST(AndTrigger, AnswersAtTheEndsOfTheRange) {
    const Trigger all =
        all_of({every(1us, Instant::min()), every(1us, Instant::min())}, {.threshold = unlimited});
    EXPECT_EQ(all.next(Instant::min()), Instant::min() + 1us);
    EXPECT_EQ(all.next(Instant::max() - 1us), Instant::max());
    EXPECT_EQ(all.previous(Instant::max()), Instant::max() - 1us);
}

TEST(ExceptTrigger, LeavesOutDatesInTheZoneOfItsTrigger) {
    const Trigger workdays =
        except(daily(9, "Asia/Tokyo"), {.dates = {"2025-01-01", {"2025-01-03", "2025-01-05"}}});
    EXPECT_EQ(instants_from(workdays, "2024-12-31", 3),
              (Texts{"2024-12-31T00:00:00Z", "2025-01-02T00:00:00Z", "2025-01-06T00:00:00Z"}));
    EXPECT_EQ(instants_before(workdays, "2025-01-06T00:00:00Z", 2),
              (Texts{"2025-01-02T00:00:00Z", "2024-12-31T00:00:00Z"}));
}

TEST(ExceptTrigger, LeavesOutDatesInItsOwnZone) {
    const Trigger trigger = except(every(12h, "2025-01-01T00:00:00Z"),
                                   {.dates = {"2025-01-02"}, .timezone = "Asia/Tokyo"});
    EXPECT_EQ(instants_from(trigger, "2025-01-01", 3),
              (Texts{"2025-01-01T00:00:00Z", "2025-01-01T12:00:00Z", "2025-01-03T00:00:00Z"}));
}

TEST(ExceptTrigger, JumpsOverCenturiesOfDates) {
    const Trigger trigger = except(every(1s), {.dates = {{"2025-01-01", "2999-12-31"}}});
    EXPECT_EQ(trigger.next(Instant()), parse_instant("3000-01-01"));
    EXPECT_EQ(trigger.previous(parse_instant("3000-01-01")), std::nullopt);
}

TEST(ExceptTrigger, LeavesOutADateThatComesTwice) {
    // In Sao Paulo on 2018-02-18 the clock went back from 00:00 to 23:00 of the 17th.
    const Trigger trigger = except(every(30min, "2018-02-17T00:00:00Z"),
                                   {.dates = {"2018-02-17"}, .timezone = "America/Sao_Paulo"});
    EXPECT_EQ(instants_from(trigger, "2018-02-17T01:30:00Z", 2),
              (Texts{"2018-02-17T01:30:00Z", "2018-02-18T03:00:00Z"}));
    EXPECT_EQ(trigger.previous(parse_instant("2018-02-18T03:00:00Z")),
              parse_instant("2018-02-17T01:30:00Z"));
}

TEST(ExceptTrigger, LeavesOutADateWhoseMidnightDoesNotExist) {
    const Trigger trigger = except(every(30min, "2024-03-30T00:00:00Z"),
                                   {.dates = {"2024-03-31"}, .timezone = "Asia/Beirut"});
    EXPECT_EQ(instants_from(trigger, "2024-03-30T21:30:00Z", 2),
              (Texts{"2024-03-30T21:30:00Z", "2024-03-31T21:00:00Z"}));
    EXPECT_EQ(trigger.previous(parse_instant("2024-03-31T21:00:00Z")),
              parse_instant("2024-03-30T21:30:00Z"));
}

TEST(ExceptTrigger, LeavesOutTheInstantsOfOtherTriggers) {
    const Trigger trigger = except(every(1h), {.triggers = {every(2h), every(3h)}});
    EXPECT_EQ(instants_from(trigger, "2025-01-01", 3),
              (Texts{"2025-01-01T01:00:00Z", "2025-01-01T05:00:00Z", "2025-01-01T07:00:00Z"}));
}

TEST(ExceptTrigger, GivesUpAfterABoundedSearchAndSaysSo) {
    const Trigger nothing = except(every(1s), {.triggers = {every(1s)}});
    EXPECT_THROW((void)nothing.next(Instant()), SearchLimitError);
    EXPECT_THROW((void)nothing.previous(Instant::max()), SearchLimitError);
}

TEST(ExceptTrigger, RefusesDatesThatAreNone) {
    EXPECT_EQ(
        message_of<TriggerError>([] { (void)DateRange("2025-01-02", "2025-01-01"); }),
        "except: dates: 2025-01-02 to 2025-01-01 runs backwards; give the earlier date first");
    EXPECT_THROW((void)DateRange("2025-01-02 09:00"), TriggerError);
    const std::string start =
        R"({"type":"except","trigger":{"type":"interval","hours":1},"dates":)";
    EXPECT_EQ(json_error(start + "[5]}"),
              "except: dates is 5; a date such as \"2025-12-25\", or an array of the first and the "
              "last, is needed");
    EXPECT_NE(json_error(start + R"([["2025-01-01"]]})"), "no error");
    EXPECT_NE(json_error(start + R"(["2025-02-30"]})"), "no error");
}

TEST(CombiningTriggers, PutTheirZoneIntoChildrenThatHaveNone) {
    const Trigger trigger =
        from_json(R"({"type":"or","timezone":"Asia/Tokyo","triggers":[)"
                  R"({"type":"date","run_date":"2025-01-01"},)"
                  R"({"type":"date","run_date":"2025-01-01","timezone":"UTC"}]})");
    EXPECT_EQ(instants_from(trigger, "2024-01-01", 5),
              (Texts{"2024-12-31T15:00:00Z", "2025-01-01T00:00:00Z"}));
    EXPECT_FALSE(trigger.timezone());
    EXPECT_EQ((daily(1, "Asia/Tokyo") && daily(2, "Asia/Tokyo")).timezone(),
              TimeZone("Asia/Tokyo"));
}

TEST(CombiningTriggers, ResolveTheirChildren) {
    const Instant adding = parse_instant("2025-01-01");
    for (const Trigger& open : {interval(1h) && interval(1h), interval(1h) || interval(1h),
                                except(interval(1h), {.dates = {"2024-01-01"}})}) {
        EXPECT_THROW((void)open.next(adding), TriggerError);
        const Trigger added = open.resolve(adding, "Asia/Tokyo");
        EXPECT_EQ(added.next(adding), adding + 1h);
        EXPECT_EQ(added.resolve(adding + 1min, "UTC").implementation(), added.implementation());
    }
}

TEST(CombiningTriggers, HaveTheZoneThatTheirChildrenShare) {
    const Trigger mixed = daily(1) || every(1h, Instant());
    EXPECT_FALSE(mixed.timezone());
    EXPECT_EQ(mixed.resolve(std::nullopt, "Asia/Tokyo").timezone(), TimeZone("Asia/Tokyo"));
    EXPECT_FALSE((daily(1, "Asia/Tokyo") || daily(1, "UTC")).timezone());
}

TEST(CombiningTriggers, RefuseJitterInside) {
    const Trigger jittery = interval(1h, {.jitter = 5s});
    EXPECT_EQ(message_of<TriggerError>([&] { (void)(jittery || every(1h)); }),
              "or: jitter of 5s inside; give it to the whole instead");
    EXPECT_THROW((void)(every(1h) && jittery), TriggerError);
    EXPECT_THROW((void)except(jittery, {}), TriggerError);
    EXPECT_THROW((void)except(every(1h), {.triggers = {jittery}}), TriggerError);
    EXPECT_EQ(any_of({every(1h)}, {.jitter = 5s}).jitter(), Duration(5s));
}

TEST(CombiningTriggers, RefuseToBeEmpty) {
    EXPECT_EQ(json_error(R"({"type":"and"})"), "and: triggers is empty; give at least one");
    EXPECT_EQ(json_error(R"({"type":"or","triggers":[]})"),
              "or: triggers is empty; give at least one");
    EXPECT_EQ(json_error(R"({"type":"except"})"), "except: trigger is missing");
}

TEST(CombiningTriggers, NameTheChildThatIsWrong) {
    EXPECT_EQ(
        json_error(R"({"type":"or","triggers":[{"type":"date"},{"type":"interval","hours":"2"}]})"),
        "or: triggers[1]: interval: hours is \"2\"; a number is needed");
}

TEST(CombiningTriggers, AreStoredAsWritten) {
    const Trigger trigger =
        except(all_of({every(2h), any_of({every(3h), every(4h)}, {})}, {.threshold = 2s}),
               {.dates = {{"2025-01-03", "2025-01-04"}, "2025-01-05", "2025-02-01"},
                .triggers = {every(5h)},
                .timezone = "Asia/Tokyo",
                .jitter = 1min});
    EXPECT_EQ(Trigger::from_value(trigger.to_value()), trigger);
    EXPECT_EQ(trigger.to_value().find("dates")->to_json(),
              R"([["2025-01-03","2025-01-05"],"2025-02-01"])");
}

TEST(CombiningTriggers, DescribeThemselves) {
    EXPECT_EQ((interval(2h) || interval(3h)).describe(), "every 2 hours; or every 3 hours");
    EXPECT_EQ((interval(2h) && interval(3h)).describe(),
              "every 2 hours; and at the same time every 3 hours");
    EXPECT_EQ(all_of({interval(2h), interval(3h)}, {.threshold = 5s}).describe(),
              "every 2 hours; and at the same time every 3 hours (less than 5s apart)");
    EXPECT_EQ(
        except(daily(9, "Europe/Berlin"), {.dates = {"2025-12-25", {"2025-12-31", "2026-01-02"}}})
            .describe(),
        "every day at 09:00 from 2024-01-01, Europe/Berlin, except on 2025-12-25, from "
        "2025-12-31 to 2026-01-02");
}

TEST(CombiningTriggers, ExplainWhatTheirChildrenExplain) {
    const Trigger gap = daily(3, "Europe/Helsinki");
    const Instant moved = parse_instant("2024-03-31T01:00:00Z");
    EXPECT_EQ((every(1h) || gap).explain(moved), "clock went forward; 03:00 does not exist");
    EXPECT_EQ(except(gap, {}).explain(moved), "clock went forward; 03:00 does not exist");
    EXPECT_EQ((gap || gap).daylight_saving(moved, moved + 1s).size(), 2U);
}

}  // namespace
}  // namespace punctual::testing
