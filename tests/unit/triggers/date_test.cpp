#include <punctual/triggers/date.hpp>

#include <gtest/gtest.h>

#include "trigger_testing.hpp"

namespace punctual::testing {
namespace {

const Trigger new_year = at("2025-01-01T00:00:00Z");

TEST(DateTrigger, FiresOnceAtItsInstant) {
    EXPECT_EQ(instants_from(new_year, "2024-01-01", 5), Texts{"2025-01-01T00:00:00Z"});
    EXPECT_EQ(instants_before(new_year, "2026-01-01", 5), Texts{"2025-01-01T00:00:00Z"});
}

TEST(DateTrigger, ExcludesTheInstantsAskedFrom) {
    const Instant instant = parse_instant("2025-01-01T00:00:00Z");
    EXPECT_EQ(new_year.next(instant), std::nullopt);
    EXPECT_EQ(new_year.previous(instant), std::nullopt);
    EXPECT_EQ(new_year.next(instant - 1us), instant);
    EXPECT_EQ(new_year.count(instant, instant), 1);
    EXPECT_EQ(new_year.count(instant + 1us, Instant::max()), 0);
}

TEST(DateTrigger, ReadsAWallTimeInItsZone) {
    EXPECT_EQ(instants_from(at("2024-01-02", {.timezone = "Europe/Helsinki"}), "2024-01-01", 2),
              Texts{"2024-01-01T22:00:00Z"});
    EXPECT_EQ(instants_from(at("2024-01-02 03:04:05+05:30", {.timezone = "Europe/Helsinki"}),
                            "2024-01-01", 2),
              Texts{"2024-01-01T21:34:05Z"});
}

TEST(DateTrigger, ReadsAWallTimeAsUtcUntilTheZoneIsKnown) {
    const Trigger open = at("2024-1-2 3:4:5");
    EXPECT_EQ(instants_from(open, "2024-01-01", 2), Texts{"2024-01-02T03:04:05Z"});
    const Trigger resolved = open.resolve(std::nullopt, "Europe/Helsinki");
    EXPECT_EQ(instants_from(resolved, "2024-01-01", 2), Texts{"2024-01-02T01:04:05Z"});
    EXPECT_EQ(resolved, at("2024-01-02 03:04:05", {.timezone = "Europe/Helsinki"}));
}

TEST(DateTrigger, KeepsItsOwnZoneWhenResolved) {
    const Trigger own = at("2024-01-02", {.timezone = "Asia/Tokyo"});
    EXPECT_EQ(own.resolve(Instant(), "Europe/Helsinki"), own);
}

TEST(DateTrigger, MovesForwardByTheGap) {
    const Trigger gap = at("2024-03-31 03:30", {.timezone = "Europe/Helsinki"});
    const Instant moved = parse_instant("2024-03-31T01:30:00Z");
    EXPECT_EQ(gap.next(Instant()), moved);
    EXPECT_EQ(format_instant(moved, "Europe/Helsinki"), "2024-03-31T04:30:00+03:00");
    EXPECT_EQ(gap.explain(moved), "clock went forward; 03:30 does not exist");
    const auto notes =
        gap.daylight_saving(parse_instant("2024-01-01"), parse_instant("2025-01-01"));
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].text, "the clock goes forward; 03:30 does not exist, runs at 04:30");
}

TEST(DateTrigger, TakesTheFirstOfTwo) {
    const Trigger fold = at("2024-10-27 03:30", {.timezone = "Europe/Helsinki"});
    const Instant first = parse_instant("2024-10-27T00:30:00Z");
    EXPECT_EQ(fold.next(Instant()), first);
    EXPECT_EQ(fold.explain(first), "clock went back; 03:30 occurs twice, this is the first time");
    EXPECT_EQ(fold.explain(first + 1h), "");
}

TEST(DateTrigger, WithoutRunDateIsTheTimeOfAdding) {
    const Instant adding = parse_instant("2025-06-01T12:00:00Z");
    const Trigger now = at({});
    EXPECT_EQ(now.resolve(adding, TimeZone::utc()).next(adding - 1us), adding);
    EXPECT_EQ(now.describe(), "once, when added");
    EXPECT_EQ(message_of<TriggerError>([&] { (void)now.next(adding); }),
              "date: run_date is open; resolve the trigger with the time of adding first");
}

TEST(DateTrigger, IsStoredAsWritten) {
    EXPECT_EQ(at("2025-03-30 02:30", {.timezone = "Europe/Berlin"}).to_value(),
              Value::object({{"type", "date"},
                             {"run_date", When("2025-03-30 02:30").to_string()},
                             {"timezone", "Europe/Berlin"}}));
    EXPECT_EQ(at({}).resolve(Instant(), {}).to_value().to_json(), R"({"type":"date"})");
}

TEST(DateTrigger, DescribesItself) {
    EXPECT_EQ(at("2025-01-01").describe(), "once, on 2025-01-01");
    EXPECT_EQ(at("2025-01-01 09:30", {.timezone = "Europe/Berlin"}).describe(),
              "once, at 2025-01-01 09:30, Europe/Berlin");
    EXPECT_EQ(new_year.describe(), "once, at 2025-01-01T00:00:00Z");
}

TEST(DateTrigger, RefusesWhatIsNoDate) {
    for (const char* text : {"2024/01/02", "12024-01-02", "2024-01-02T", "tomorrow"}) {
        const std::string error =
            json_error(R"({"type":"date","run_date":")" + std::string(text) + "\"}");
        EXPECT_TRUE(error.starts_with("date: run_date: ")) << error;
        EXPECT_NE(error.find(text), std::string::npos) << error;
    }
    EXPECT_EQ(json_error(R"({"type":"date","rundate":"2024-01-02"})"),
              "date: unknown key \"rundate\"; did you mean run_date?");
}

}  // namespace
}  // namespace punctual::testing
