#include <gtest/gtest.h>

#include <punctual/triggers/cron.hpp>
#include <punctual/triggers/crontab.hpp>

namespace punctual {
namespace {

TEST(CronDescription, NamesSingleTimes) {
    EXPECT_EQ(crontab("30 2 * * *").describe(), "at 02:30, every day");
    EXPECT_EQ(crontab("30 2 * * 1-5", {.timezone = "Europe/Berlin"}).describe(),
              "at 02:30, Monday to Friday, Europe/Berlin");
    EXPECT_EQ(crontab("0 9,17 * * SAT,SUN").describe(), "at 09:00 and 17:00, Saturday and Sunday");
    EXPECT_EQ(crontab("15 30 2 * * *").describe(), "at 02:30:15, every day");
}

TEST(CronDescription, NamesRegularTimes) {
    EXPECT_EQ(crontab("* * * * *").describe(), "every minute, every day");
    EXPECT_EQ(crontab("*/5 * * * *").describe(), "every 5 minutes, every day");
    EXPECT_EQ(crontab("*/5 9-17 * * 1-5").describe(),
              "every 5 minutes from 09:00 to 17:55, Monday to Friday");
    EXPECT_EQ(crontab("0 * * * *").describe(), "every hour, every day");
    EXPECT_EQ(crontab("30 * * * *").describe(), "at 30 minutes past every hour, every day");
    EXPECT_EQ(crontab("0 */2 * * *").describe(), "every 2 hours, every day");
    EXPECT_EQ(crontab("0 8-18 * * *").describe(), "every hour from 08:00 to 18:00, every day");
    EXPECT_EQ(cron({.second = "*/10"}).describe(), "every 10 seconds, every day");
    EXPECT_EQ(cron({.second = "*"}).describe(), "every second, every day");
}

TEST(CronDescription, GoesFieldByFieldWhereThereIsNoShorterWay) {
    EXPECT_EQ(crontab("1,5-7 3-5,9 * * *").describe(),
              "at minute 1 and 5 to 7 of the hours 3 to 5 and 9, every day");
    EXPECT_EQ(crontab("5,7 1 * * * *").describe(),
              "at second 5 and 7 of minute 1 of every hour, every day");
}

TEST(CronDescription, NamesDaysOfTheMonth) {
    EXPECT_EQ(crontab("0 0 29 2 *").describe(), "at 00:00, on 29 February");
    EXPECT_EQ(crontab("0 0 1,15 * *").describe(), "at 00:00, on the 1st and 15th of the month");
    EXPECT_EQ(crontab("0 0 L * *").describe(), "at 00:00, on the last day of the month");
    EXPECT_EQ(crontab("0 0 15W * *").describe(),
              "at 00:00, on the weekday nearest to the 15th of the month");
    EXPECT_EQ(crontab("0 0 * * FRIL").describe(), "at 00:00, on the last Friday of the month");
    EXPECT_EQ(crontab("0 0 * 6-8 MON#2").describe(),
              "at 00:00, on the second Monday in June to August");
    EXPECT_EQ(crontab("0 0 13 * FRI").describe(),
              "at 00:00, on the 13th of the month and every Friday");
    EXPECT_EQ(crontab("0 0 13 * +FRI").describe(),
              "at 00:00, on the 13th of the month if it is Friday");
}

TEST(CronDescription, NamesWeeksYearsAndBounds) {
    EXPECT_EQ(cron({.year = "2025-2027", .week = "1,2", .day_of_week = 0}).describe(),
              "at 00:00, Monday in week 1 and 2 in 2025 to 2027");
    EXPECT_EQ(cron({.year = "*/2", .month = 7}).describe(),
              "at 00:00, on 1 July in certain years from 1970 to 9998");
    EXPECT_EQ(crontab("0 9 * * *", {.start_date = "2025-01-01", .end_date = "2025-06-30 12:00"})
                  .describe(),
              "at 09:00, every day, from 2025-01-01, until 2025-06-30 12:00");
    EXPECT_EQ(crontab("@reboot").describe(), "at each start of the scheduler");
}

}  // namespace
}  // namespace punctual
