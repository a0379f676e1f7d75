#include <punctual/triggers/crontab.hpp>

#include <gtest/gtest.h>

#include <punctual/triggers/cron.hpp>

#include "trigger_testing.hpp"

namespace punctual::testing {
namespace {

Texts from_2025(const char* expression, int count) {
    return instants_from(crontab(expression), "2025-01-01", count);
}

std::string refusal(const char* expression) {
    return message_of<TriggerError>([&] { (void)crontab(expression); });
}

TEST(CrontabTrigger, HasFiveFieldsFromTheMinuteToTheWeekday) {
    EXPECT_EQ(from_2025("30 2 * * *", 2), (Texts{"2025-01-01T02:30:00Z", "2025-01-02T02:30:00Z"}));
    EXPECT_EQ(from_2025("*/20 9-10 1 JAN *", 7),
              (Texts{"2025-01-01T09:00:00Z", "2025-01-01T09:20:00Z", "2025-01-01T09:40:00Z",
                     "2025-01-01T10:00:00Z", "2025-01-01T10:20:00Z", "2025-01-01T10:40:00Z",
                     "2026-01-01T09:00:00Z"}));
}

TEST(CrontabTrigger, TakesTheSecondBeforeAndTheYearAfterTheFiveFields) {
    EXPECT_EQ(from_2025("*/30 0 0 * * *", 3),
              (Texts{"2025-01-01T00:00:00Z", "2025-01-01T00:00:30Z", "2025-01-02T00:00:00Z"}));
    EXPECT_EQ(from_2025("0 0 0 1 1 * 2030-2034/2", 9),
              (Texts{"2030-01-01T00:00:00Z", "2032-01-01T00:00:00Z", "2034-01-01T00:00:00Z"}));
    EXPECT_EQ(instants_before(crontab("0 0 0 1 1 * *"), "9999-01-01", 1),
              (Texts{"2199-01-01T00:00:00Z"}));
}

TEST(CrontabTrigger, SeparatesFieldsByBlanksAndTabs) {
    EXPECT_EQ(from_2025(" 30\t2  * \t* * ", 2), from_2025("30 2 * * *", 2));
}

TEST(CrontabTrigger, CountsWeekdaysFromSundayWhichIsAlsoSeven) {
    const Texts sundays = {"2025-01-05T00:00:00Z", "2025-01-12T00:00:00Z"};
    for (const char* weekday : {"0 0 * * 0", "0 0 * * 7", "0 0 * * SUN", "0 0 * * sun",
                                "0 0 * * 7-7", "0 0 * * SUN-SUN", "0 0 * * */7"}) {
        EXPECT_EQ(from_2025(weekday, 2), sundays) << weekday;
    }
    EXPECT_EQ(from_2025("0 0 * * 1", 1), (Texts{"2025-01-06T00:00:00Z"}));
}

TEST(CrontabTrigger, LetsARangeOfWeekdaysEndInSunday) {
    const Texts days = {"2025-01-03T00:00:00Z", "2025-01-04T00:00:00Z", "2025-01-05T00:00:00Z",
                        "2025-01-10T00:00:00Z"};
    EXPECT_EQ(from_2025("0 0 * * FRI-SUN", 4), days);
    EXPECT_EQ(from_2025("0 0 * * 5-7", 4), days);
    EXPECT_EQ(from_2025("0 0 * * MON-SUN", 2), from_2025("0 0 * * *", 2));
    EXPECT_EQ(from_2025("0 0 * * 1-7/2", 4),
              (Texts{"2025-01-01T00:00:00Z", "2025-01-03T00:00:00Z", "2025-01-05T00:00:00Z",
                     "2025-01-06T00:00:00Z"}));
}

TEST(CrontabTrigger, FiresOnDayOrWeekdayWhereBothAreRestricted) {
    EXPECT_EQ(from_2025("0 0 13 * FRI", 4),
              (Texts{"2025-01-03T00:00:00Z", "2025-01-10T00:00:00Z", "2025-01-13T00:00:00Z",
                     "2025-01-17T00:00:00Z"}));
}

TEST(CrontabTrigger, FiresOnDayAndWeekdayAfterAPlus) {
    EXPECT_EQ(from_2025("0 0 13 * +FRI", 2),
              (Texts{"2025-06-13T00:00:00Z", "2026-02-13T00:00:00Z"}));
}

TEST(CrontabTrigger, TakesAFieldThatBeginsWithAStarForUnrestricted) {
    EXPECT_EQ(from_2025("0 0 */2 * MON", 2),
              (Texts{"2025-01-13T00:00:00Z", "2025-01-27T00:00:00Z"}));
    EXPECT_EQ(from_2025("0 0 13 * */5", 2),
              (Texts{"2025-04-13T00:00:00Z", "2025-06-13T00:00:00Z"}));
    EXPECT_EQ(from_2025("0 0 ? * MON", 1), (Texts{"2025-01-06T00:00:00Z"}));
    EXPECT_EQ(from_2025("0 0 13 * ?", 1), (Texts{"2025-01-13T00:00:00Z"}));
}

TEST(CrontabTrigger, KnowsTheLastDay) {
    EXPECT_EQ(from_2025("0 0 L * *", 2), (Texts{"2025-01-31T00:00:00Z", "2025-02-28T00:00:00Z"}));
    EXPECT_EQ(from_2025("0 0 15,L 2 *", 2),
              (Texts{"2025-02-15T00:00:00Z", "2025-02-28T00:00:00Z"}));
}

TEST(CrontabTrigger, KnowsTheNearestWeekdayWithinTheMonth) {
    // 1 February 2025 is a Saturday, 31 August a Sunday, 15 June a Sunday, 15 March a Saturday.
    EXPECT_EQ(from_2025("0 0 1W 2 *", 1), (Texts{"2025-02-03T00:00:00Z"}));
    EXPECT_EQ(from_2025("0 0 31W 8 *", 1), (Texts{"2025-08-29T00:00:00Z"}));
    EXPECT_EQ(from_2025("0 0 15W 6 *", 1), (Texts{"2025-06-16T00:00:00Z"}));
    EXPECT_EQ(from_2025("0 0 15W 3 *", 1), (Texts{"2025-03-14T00:00:00Z"}));
    EXPECT_EQ(from_2025("0 0 31W * *", 3),
              (Texts{"2025-01-31T00:00:00Z", "2025-03-31T00:00:00Z", "2025-05-30T00:00:00Z"}));
}

TEST(CrontabTrigger, KnowsTheNthAndTheLastWeekday) {
    EXPECT_EQ(from_2025("0 0 * * MON#1", 2),
              (Texts{"2025-01-06T00:00:00Z", "2025-02-03T00:00:00Z"}));
    EXPECT_EQ(from_2025("0 0 * * 5#5", 2), (Texts{"2025-01-31T00:00:00Z", "2025-05-30T00:00:00Z"}));
    for (const char* last : {"0 0 * * 5L", "0 0 * * FRIL", "0 0 * * friL", "0 0 * * FRI#L"}) {
        EXPECT_EQ(from_2025(last, 2), (Texts{"2025-01-31T00:00:00Z", "2025-02-28T00:00:00Z"}));
    }
    EXPECT_EQ(from_2025("0 0 * * 7L,MON#1", 3),
              (Texts{"2025-01-06T00:00:00Z", "2025-01-26T00:00:00Z", "2025-02-03T00:00:00Z"}));
}

TEST(CrontabTrigger, TakesTheFirstValueOfAStepBeyondItsRange) {
    EXPECT_EQ(from_2025("*/90 3 * * *", 2),
              (Texts{"2025-01-01T03:00:00Z", "2025-01-02T03:00:00Z"}));
    EXPECT_EQ(from_2025("10-20/100 3 * * *", 1), (Texts{"2025-01-01T03:10:00Z"}));
}

TEST(CrontabTrigger, HasNicknames) {
    EXPECT_EQ(from_2025("@yearly", 3), from_2025("0 0 1 1 *", 3));
    EXPECT_EQ(from_2025("@annually", 3), from_2025("0 0 1 1 *", 3));
    EXPECT_EQ(from_2025("@monthly", 3), from_2025("0 0 1 * *", 3));
    EXPECT_EQ(from_2025("@weekly", 3), from_2025("0 0 * * 0", 3));
    EXPECT_EQ(from_2025("@daily", 3), from_2025("0 0 * * *", 3));
    EXPECT_EQ(from_2025("@midnight", 3), from_2025("0 0 * * *", 3));
    EXPECT_EQ(from_2025("@hourly", 3), from_2025("0 * * * *", 3));
}

TEST(CrontabTrigger, NamesNoInstantForReboot) {
    const Trigger trigger = crontab("@reboot");
    EXPECT_TRUE(is_reboot(trigger));
    EXPECT_TRUE(is_reboot(from_json(R"({"type":"crontab","expression":"@reboot"})")));
    EXPECT_FALSE(is_reboot(crontab("@daily")));
    EXPECT_FALSE(is_reboot(cron({.hour = 1})));
    EXPECT_FALSE(trigger.next(Instant::min()));
    EXPECT_FALSE(trigger.previous(Instant::max()));
    EXPECT_EQ(trigger.count(Instant::min(), Instant::max()), 0);
}

TEST(CrontabTrigger, IsStoredAsWritten) {
    const std::string json =
        R"({"type":"crontab","expression":"30 2 * * *","end_date":"2025-01-01 10:00",)"
        R"("timezone":"Europe/Berlin"})";
    const Trigger trigger = from_json(json);
    EXPECT_EQ(Trigger::from_value(trigger.to_value()), trigger);
    EXPECT_EQ(trigger.to_value().find("expression")->as_text(), "30 2 * * *");
    EXPECT_FALSE(crontab("0 0 * * *") == crontab("@daily"));
}

TEST(CrontabTrigger, RefusesWhatIsNotInTheSpecification) {
    for (const char* expression : {"",
                                   "* * * *",
                                   "* * * * * * * *",
                                   "60 * * * *",
                                   "* 24 * * *",
                                   "* * 0 * *",
                                   "* * 32 * *",
                                   "* * * 0 *",
                                   "* * * 13 *",
                                   "* * * * 8",
                                   "0/15 * * * *",
                                   "5/2 * * * *",
                                   "1-0 * * * *",
                                   "* * * * FRI-MON",
                                   "* * * * 6-0",
                                   "*/0 * * * *",
                                   "1-5/0 * * * *",
                                   ", * * * *",
                                   "1, * * * *",
                                   "1- * * * *",
                                   "*5 * * * *",
                                   "? * * * *",
                                   "* * * ? *",
                                   "* * ?,1 * *",
                                   "* * l * *",
                                   "* * 15w * *",
                                   "* * 1,15W * *",
                                   "* * 15W,1 * *",
                                   "* * 1-15W * *",
                                   "* * LW * *",
                                   "* * L-3 * *",
                                   "* * * * L",
                                   "* * * * 5l",
                                   "* * * * MON#0",
                                   "* * * * MON#6",
                                   "* * * * MON#",
                                   "* * * * 1-5L",
                                   "* * * * MONDAY",
                                   "* * * JANUARY *",
                                   "* * * * +",
                                   "+* * * * *",
                                   "* * +1 * *",
                                   "@Daily",
                                   "@daily ",
                                   " @daily",
                                   "@daily * * * *",
                                   "@every 5m",
                                   "* * * * *\n",
                                   "H * * * *",
                                   "0 0 0 1 1 * 1969",
                                   "0 0 0 1 1 * 2200",
                                   "0.5 * * * *",
                                   "-1 * * * *",
                                   "JAN * * * *"}) {
        EXPECT_THROW((void)crontab(expression), TriggerError) << expression;
    }
}

TEST(CrontabTrigger, SaysWhatIsWrongAndWhatWouldBeRight) {
    EXPECT_EQ(refusal("60 * * * *"),
              "crontab: minute is \"60\"; 60 is out of range: 0 to 59 is allowed");
    EXPECT_EQ(refusal("* * * *"),
              "crontab: expression is \"* * * *\"; 5 fields are needed (minute, hour, day, month, "
              "weekday), 6 (second first) or 7 (year last), not 4");
    EXPECT_EQ(refusal("0/15 * * * *"),
              "crontab: minute is \"0/15\"; *, n, a-b, */n or a-b/n of 0 to 59 is needed");
    EXPECT_EQ(refusal("* * * * MON#6"),
              "crontab: weekday is \"MON#6\"; #6 is out of range: #1 to #5 and #L are allowed");
    EXPECT_EQ(json_error(R"({"type":"crontab"})"), "crontab: expression is missing");
    EXPECT_EQ(json_error(R"({"type":"crontab","expression":5})"),
              "crontab: expression is 5; text is needed");
}

}  // namespace
}  // namespace punctual::testing
