#include "triggers/calendar_steps.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "time/civil.hpp"

namespace punctual::detail {
namespace {

constexpr std::int32_t last_date = days_from_civil({9999, 12, 31});

/// The rule, word for word.
std::optional<std::int32_t> next_by_rule(std::int32_t date, int months, int days) {
    const CivilDate from = civil_from_days(date);
    std::int32_t month = from.year * 12 + from.month - 1;
    do {
        month += months;
        if (month / 12 > 9999) return std::nullopt;
    } while (from.day > days_in_month(month / 12, month % 12 + 1));
    const std::int32_t next = days_from_civil({month / 12, month % 12 + 1, from.day}) + days;
    return next > last_date ? std::nullopt : std::optional(next);
}

RC_GTEST_PROP(CalendarSteps, AreTheDatesOfTheRuleFromWhereverTheyAreAsked, ()) {
    const int months = *rc::gen::element(0, 1, 2, 5, 12, 13, 48);
    const int days = *rc::gen::element(0, 0, 1, 7, 30, 365);
    RC_PRE(months + days > 0);
    const std::int32_t start = *rc::gen::inRange(0, 40'000);
    const CalendarSteps steps(start, months, days);

    std::optional<std::int32_t> date = start;
    for (int i = 0; i < 60 && date; ++i) {
        const auto next = next_by_rule(*date, months, days);
        RC_ASSERT(steps.following(*date) == next);
        RC_ASSERT(steps.first_from(*date) == date);
        RC_ASSERT(steps.last_until(*date) == date);
        RC_ASSERT(steps.first_from(*date + 1) == next);
        if (next) RC_ASSERT(steps.last_until(*next - 1) == date);
        date = next;
    }
}

TEST(CalendarSteps, StartAtTheStart) {
    const CalendarSteps steps(100, 0, 7);
    EXPECT_EQ(steps.first_from(-1'000'000), 100);
    EXPECT_EQ(steps.last_until(99), std::nullopt);
}

TEST(CalendarSteps, EndWithTheYear9999) {
    const CalendarSteps daily(0, 0, 1);
    EXPECT_EQ(daily.last_until(last_date + 1000), last_date);
    EXPECT_EQ(daily.first_from(last_date + 1), std::nullopt);
    EXPECT_EQ(daily.following(last_date), std::nullopt);
    const CalendarSteps monthly(days_from_civil({2025, 1, 31}), 1, 0);
    EXPECT_EQ(monthly.last_until(last_date + 1000), last_date);
    EXPECT_EQ(monthly.following(last_date), std::nullopt);
}

TEST(CalendarSteps, ReachTheLastYearFromTheFirst) {
    const std::int32_t start = days_from_civil({1, 1, 31});
    EXPECT_EQ(CalendarSteps(start, 1, 0).first_from(last_date - 3), last_date);
    EXPECT_EQ(CalendarSteps(start, 0, 1).first_from(last_date), last_date);
    EXPECT_TRUE(CalendarSteps(start, 1, 1).first_from(last_date - 400).has_value());
}

TEST(CalendarSteps, AreTheSameFarFromTheStartAsWalkedFromIt) {
    const std::int32_t start = days_from_civil({1900, 1, 31});
    const CalendarSteps steps(start, 1, 1);
    std::optional<std::int32_t> date = start;
    for (int i = 0; i < 3000; ++i) {
        const auto next = next_by_rule(*date, 1, 1);
        ASSERT_EQ(steps.first_from(*date), date);
        ASSERT_EQ(steps.last_until(*next - 1), date);
        date = next;
    }
}

TEST(CalendarSteps, PassOverYearsWithoutALeapDay) {
    const CalendarSteps steps(days_from_civil({2096, 2, 29}), 12, 0);
    EXPECT_EQ(steps.following(days_from_civil({2096, 2, 29})), days_from_civil({2104, 2, 29}));
    EXPECT_EQ(steps.last_until(days_from_civil({2103, 1, 1})), days_from_civil({2096, 2, 29}));
}

TEST(CalendarSteps, AreJustTheStartWhereNoStepFits) {
    const CalendarSteps steps(days_from_civil({2025, 1, 1}), 9999 * 12, 0);
    EXPECT_EQ(steps.following(days_from_civil({2025, 1, 1})), std::nullopt);
    EXPECT_EQ(steps.last_until(last_date), days_from_civil({2025, 1, 1}));
}

}  // namespace
}  // namespace punctual::detail
