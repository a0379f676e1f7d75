#include "job_trigger.hpp"

#include <punctual/triggers/calendar_interval.hpp>
#include <punctual/triggers/combining.hpp>
#include <punctual/triggers/cron.hpp>
#include <punctual/triggers/crontab.hpp>
#include <punctual/triggers/date.hpp>
#include <punctual/triggers/interval.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "job_file_testing.hpp"

namespace punctual::program {
namespace {

using ::testing::ElementsAre;

const std::string with_command = "command = \"true\"\n";

/// As it would be stored; its zone is that of the file, UTC.
Value trigger_of(const std::string& lines) {
    const JobFile file = parse("[jobs.a]\n" + with_command + lines);
    for (const Mistake& mistake : file.mistakes) ADD_FAILURE() << format_mistake(file, mistake);
    return file.jobs.empty() ? Value() : file.jobs.front().trigger->to_value();
}

std::vector<std::string> trigger_mistakes(const std::string& lines) {
    return mistakes_of("[jobs.a]\n" + with_command + lines);
}

Value in_utc(const Trigger& trigger) {
    return trigger.resolve(std::nullopt, TimeZone::utc()).to_value();
}

TEST(JobTrigger, HasEveryKind) {
    EXPECT_EQ(trigger_of("crontab = \"30 2 * * *\""), in_utc(crontab("30 2 * * *")));
    EXPECT_EQ(trigger_of("cron = { hour = 2, day_of_week = \"mon-fri\" }"),
              in_utc(cron({.day_of_week = "mon-fri", .hour = 2})));
    EXPECT_EQ(trigger_of("interval = { minutes = 5 }"), in_utc(interval(5min)));
    EXPECT_EQ(trigger_of("calendar_interval = { months = 1, hour = 9 }"),
              in_utc(calendar_interval({.months = 1, .hour = 9})));
    EXPECT_EQ(trigger_of("date = \"2025-12-24 18:00\""), in_utc(at("2025-12-24 18:00")));
    EXPECT_EQ(trigger_of("trigger = { type = \"or\", triggers = ["
                         "{ type = \"crontab\", expression = \"0 9 * * *\" },"
                         "{ type = \"crontab\", expression = \"0 17 * * 5\" }] }"),
              in_utc(any_of({crontab("0 9 * * *"), crontab("0 17 * * 5")})));
}

TEST(JobTrigger, TakesTheLengthOfAnIntervalAsTextOrSeconds) {
    EXPECT_EQ(trigger_of("interval = \"1h 30m\""), in_utc(interval(5400s)));
    EXPECT_EQ(trigger_of("interval = 0.5"), in_utc(interval(500ms)));
}

TEST(JobTrigger, TakesDatesAndTimesOfToml) {
    EXPECT_EQ(trigger_of("date = 2025-12-24T18:00:00"), trigger_of("date = \"2025-12-24T18:00\""));
    EXPECT_EQ(trigger_of("date = 2025-12-24T18:00:00+01:00"),
              trigger_of("date = \"2025-12-24T17:00:00Z\""));
    EXPECT_EQ(trigger_of("interval = \"1h\"\nstart_date = 2025-06-01"),
              trigger_of("interval = \"1h\"\nstart_date = \"2025-06-01\""));
}

TEST(JobTrigger, TakesTheOptionsBesideIt) {
    EXPECT_EQ(trigger_of("crontab = \"30 2 * * *\"\n"
                         "timezone = \"Europe/Berlin\"\n"
                         "dst = \"skip\"\n"
                         "jitter = \"1m\"\n"
                         "start_date = \"2025-06-01\"\n"
                         "end_date = \"2025-06-30\"\n"),
              crontab("30 2 * * *", {.start_date = "2025-06-01",
                                     .end_date = "2025-06-30",
                                     .timezone = "Europe/Berlin",
                                     .jitter = 1min,
                                     .dst = Dst::skip})
                  .to_value());
}

TEST(JobTrigger, IsInTheZoneOfTheFileUnlessItNamesOne) {
    const JobFile file = parse(
        "timezone = \"Asia/Tokyo\"\n"
        "[jobs.a]\ncommand = \"true\"\ncrontab = \"0 9 * * *\"\n"
        "[jobs.b]\ncommand = \"true\"\ncron = { hour = 9 }\ntimezone = \"America/New_York\"\n");
    ASSERT_EQ(file.jobs.size(), 2U);
    EXPECT_EQ(file.jobs[0].trigger->timezone(), TimeZone("Asia/Tokyo"));
    EXPECT_EQ(file.jobs[1].trigger->timezone(), TimeZone("America/New_York"));
}

TEST(JobTrigger, HasToBeThereOnce) {
    EXPECT_THAT(trigger_mistakes(""),
                ElementsAre("jobs.toml:1: jobs.a has no trigger; give one of crontab, cron, "
                            "interval, date, calendar_interval, on_demand, trigger"));
    EXPECT_THAT(trigger_mistakes("crontab = \"0 9 * * *\"\ninterval = \"1h\"\n"),
                ElementsAre("jobs.toml:1: jobs.a has 2 triggers, crontab and interval; give one of "
                            "them"));
}

TEST(JobTrigger, IsWrongAtTheLineOfTheOptionAtFault) {
    EXPECT_THAT(mistakes_of("[jobs.a]\n"
                            "command = \"true\"\n"
                            "[jobs.a.cron]\n"
                            "minute = 30\n"
                            "hour = 25\n"),
                ElementsAre("jobs.toml:5: jobs.a.cron.hour is \"25\"; 25 is out of range: 0 to 23 "
                            "is allowed"));
    EXPECT_THAT(trigger_mistakes("crontab = \"0 9 * * *\"\ndst = \"twice\"\n"),
                ElementsAre("jobs.toml:4: jobs.a.dst is \"twice\"; \"once\", \"skip\" or "
                            "\"literal\" is needed"));
}

TEST(JobTrigger, SaysWhenAnOptionStandsTwice) {
    EXPECT_THAT(trigger_mistakes("cron = { hour = 9, jitter = 5 }\njitter = 6\n"),
                ElementsAre("jobs.toml:4: jobs.a.jitter: it stands in cron too; give it once"));
    EXPECT_THAT(
        trigger_mistakes("cron = { hour = 9, timezone = \"UTC\" }\ntimezone = \"Asia/Tokyo\"\n"),
        ElementsAre("jobs.toml:4: jobs.a.timezone: the trigger itself is in UTC"));
}

TEST(JobTrigger, IsAMistakeIfItNeverFires) {
    const auto mistakes = trigger_mistakes("crontab = \"0 9 31 2 *\"\n");
    ASSERT_EQ(mistakes.size(), 1U);
    EXPECT_THAT(mistakes.front(),
                ::testing::StartsWith("jobs.toml:3: jobs.a.crontab: it never fires: "));
}

TEST(JobTrigger, MayHavePassed) {
    EXPECT_THAT(trigger_mistakes("date = \"2020-01-01\"\n"), ::testing::IsEmpty());
}

TEST(JobTrigger, MayBeTheStartOfTheProgram) {
    EXPECT_THAT(trigger_mistakes("crontab = \"@reboot\"\n"), ::testing::IsEmpty());
}

}  // namespace
}  // namespace punctual::program
