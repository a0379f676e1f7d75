#include "job_file.hpp"

#include <punctual/errors.hpp>
#include <punctual/executors/command.hpp>
#include <punctual/triggers/on_demand.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "job_file_testing.hpp"

namespace punctual::program {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(JobFile, SaysWhatItsSettingsAre) {
    const JobFile file = parse(R"(
        timezone = "Europe/Berlin"
        store = "sqlite:///elsewhere.sqlite"
        max_commands = 3

        [history]
        runs_per_job = 5
        age = "2d"

        [jobs.a]
        interval = "30s"
        command = "true"
    )");
    EXPECT_THAT(file.mistakes, IsEmpty());
    EXPECT_EQ(file.timezone, TimeZone("Europe/Berlin"));
    EXPECT_EQ(file.store, "sqlite:///elsewhere.sqlite");
    EXPECT_EQ(file.max_commands, 3);
    EXPECT_EQ(file.history.runs_per_job, 5);
    EXPECT_EQ(file.history.runs, History().runs);
    EXPECT_EQ(file.history.age, Duration(48h));
}

TEST(JobFile, GivesAJobItsCommandWithOptions) {
    const JobFile file = parse(R"(
        [jobs.backup]
        crontab = "30 2 * * *"
        command = "pg_dump shop > shop.sql"
        working_directory = "/srv"
        environment = { PGUSER = "shop" }
        timeout = "1h"
        kill_after = 2.5
        output_limit = 100
    )");
    ASSERT_EQ(file.jobs.size(), 1U) << format_mistake(file, file.mistakes.front());
    EXPECT_EQ(file.jobs[0].options.id, "backup");
    EXPECT_EQ(file.jobs[0].call.arguments(),
              command("pg_dump shop > shop.sql", {.working_directory = "/srv",
                                                  .environment = {{"PGUSER", "shop"}},
                                                  .kill_after = 2500ms,
                                                  .output_limit = 100})
                  .arguments());
    EXPECT_EQ(file.jobs[0].options.timeout.value(), Duration(1h));
}

TEST(JobFile, TakesAListForAProgramWithItsArguments) {
    const JobFile file = parse("[jobs.a]\ninterval = 1\ncommand = [\"echo\", \"a b\"]\n");
    ASSERT_EQ(file.jobs.size(), 1U);
    EXPECT_EQ(file.jobs[0].call.arguments(), command({"echo", "a b"}).arguments());
}

TEST(JobFile, GivesAJobItsOptionsAndLeavesTheRestToTheDefaults) {
    const JobFile file = parse(R"(
        [job_defaults]
        coalesce = false
        max_instances = 3
        misfire_grace_time = "6h"

        [jobs.a]
        interval = "30s"
        command = "true"
        name = "The first"
        max_instances = 2
        max_catch_up = 7
        on_lost = "rerun"
        paused = true
        misfire_grace_time = "unlimited"
    )");
    ASSERT_EQ(file.jobs.size(), 1U);
    const JobOptions& options = file.jobs[0].options;
    EXPECT_EQ(options.name, "The first");
    EXPECT_FALSE(options.coalesce.value());
    EXPECT_EQ(options.max_instances.value(), 2);
    EXPECT_EQ(options.max_catch_up.value(), 7);
    EXPECT_EQ(options.on_lost.value(), OnLost::rerun);
    EXPECT_EQ(options.misfire_grace_time.value(), unlimited);
    EXPECT_TRUE(options.paused);
}

TEST(JobFile, GivesAJobRetriesAQueueAndJobsThatFollow) {
    const JobFile file = parse(R"(
        [job_defaults]
        timeout = "1m"
        retry = { max_attempts = 3, delay = "1s" }

        [jobs.a]
        interval = "30s"
        command = "true"
        at_max_instances = "queue"
        max_queued = 5
        priority = -3
        retry = { backoff = "fixed", on = ["failed", "lost"], jitter = 0 }
        then = "b"
        then_always = ["b", "c"]

        [jobs.b]
        on_demand = true
        command = "true"
        at_max_instances = "replace"

        [jobs.c]
        on_demand = true
        command = "true"
        timeout = "unlimited"
    )");
    ASSERT_EQ(file.jobs.size(), 3U) << format_mistake(file, file.mistakes.front());
    const JobOptions& a = file.jobs[0].options;
    EXPECT_EQ(a.timeout.value(), Duration(1min));
    EXPECT_EQ(a.retry.value(), (Retry{.max_attempts = 3,
                                      .delay = 1s,
                                      .backoff = Backoff::fixed,
                                      .jitter = 0,
                                      .on = {RunState::failed, RunState::lost}}));
    EXPECT_EQ(a.at_max_instances.value(), AtMaxInstances::queue);
    EXPECT_EQ(a.max_queued.value(), 5);
    EXPECT_EQ(a.priority, -3);
    EXPECT_THAT(a.then, ElementsAre(FollowUp{"b", ThenOn::success}, FollowUp{"b", ThenOn::always},
                                    FollowUp{"c", ThenOn::always}));
    EXPECT_EQ(*file.jobs[1].trigger, on_demand());
    EXPECT_EQ(file.jobs[1].options.retry.value().max_attempts, 3);
    EXPECT_EQ(file.jobs[2].options.timeout.value(), unlimited);
}

TEST(JobFile, NamesWhatIsWrongWithThose) {
    EXPECT_THAT(
        mistakes_of("[jobs.a]\n"
                    "on_demand = false\n"
                    "command = \"true\"\n"
                    "[jobs.b]\n"
                    "on_demand = true\n"
                    "command = \"true\"\n"
                    "at_max_instances = \"wait\"\n"
                    "priority = 16\n"
                    "then = \"z\"\n"
                    "then_always = 3\n"
                    "[jobs.b.retry]\n"
                    "max_attempts = 0\n"
                    "backoff = \"none\"\n"
                    "jitter = 2\n"
                    "on = [\"skipped\"]\n"
                    "tries = 3\n"),
        ElementsAre("jobs.toml:2: jobs.a.on_demand: only true is of use; leave it out "
                    "otherwise",
                    "jobs.toml:7: jobs.b.at_max_instances is \"wait\"; \"skip\", "
                    "\"queue\" or \"replace\" is needed",
                    "jobs.toml:8: jobs.b.priority is 16; a whole number from -16 to 15 is "
                    "needed",
                    "jobs.toml:9: jobs.b.then: there is no job \"z\"",
                    "jobs.toml:10: jobs.b.then_always is 3; the name of a job, or a list "
                    "of names, is needed",
                    "jobs.toml:12: jobs.b.retry.max_attempts is 0; a whole number from 1 "
                    "to 2147483647 is needed",
                    "jobs.toml:13: jobs.b.retry.backoff is \"none\"; \"fixed\" or "
                    "\"exponential\" is needed",
                    "jobs.toml:14: jobs.b.retry.jitter is 2; a number from 0 to 1 is needed",
                    "jobs.toml:15: jobs.b.retry.on is [\"skipped\"]; a list of "
                    "\"failed\", \"cancelled\" and \"lost\" is needed",
                    "jobs.toml:16: jobs.b.retry.tries is not known here; known are "
                    "max_attempts, delay, backoff, max_delay, jitter, on"));
}

TEST(JobFile, RefusesJobsThatStartEachOtherInACircle) {
    EXPECT_THAT(mistakes_of("[jobs.a]\n"
                            "on_demand = true\n"
                            "command = \"true\"\n"
                            "then = \"b\"\n"
                            "[jobs.b]\n"
                            "on_demand = true\n"
                            "command = \"true\"\n"
                            "then_on_failure = \"a\"\n"),
                ElementsAre("jobs.toml:4: jobs.a.then: \"b\" starts this job in turn: a circle",
                            "jobs.toml:8: jobs.b.then_on_failure: \"a\" starts this job in turn: "
                            "a circle"));
}

TEST(JobFile, KeepsTheOrderInWhichJobsAreWritten) {
    const JobFile file = parse(R"(
        [jobs.zebra]
        interval = 1
        command = "true"
        [jobs."ant hill"]
        interval = 1
        command = "true"
        [jobs.bee]
        interval = 1
        command = "true"
    )");
    std::vector<std::string> ids;
    for (const JobRequest& job : file.jobs) ids.push_back(job.options.id);
    EXPECT_THAT(ids, ElementsAre("zebra", "ant hill", "bee"));
}

TEST(JobFile, NamesEveryMistakeAndNotJustTheFirst) {
    EXPECT_THAT(
        mistakes_of("timezone = \"Europe/Atlantis\"\n"
                    "max_commands = 0\n"
                    "[jobs.a]\n"
                    "interval = \"30s\"\n"
                    "command = \"\"\n"
                    "timeout = \"soon\"\n"
                    "[jobs.b]\n"
                    "crontab = \"61 * * * *\"\n"
                    "comand = \"true\"\n"),
        ElementsAre(::testing::StartsWith("jobs.toml:1: timezone: "),
                    "jobs.toml:2: max_commands is 0; a whole number from 1 to 10000 is "
                    "needed",
                    ::testing::StartsWith("jobs.toml:5: jobs.a.command: "),
                    ::testing::StartsWith("jobs.toml:6: jobs.a.timeout: bad duration \"soon\": "),
                    "jobs.toml:7: jobs.b has no command; give one, such as command = "
                    "\"ls\"",
                    "jobs.toml:8: jobs.b.crontab: minute is \"61\"; 61 is out of range: 0 "
                    "to 59 is allowed",
                    "jobs.toml:9: jobs.b.comand is not known here; did you mean "
                    "command?"));
}

TEST(JobFile, LeavesOutJobsWithAMistakeAndKeepsTheOthers) {
    const JobFile file = parse(
        "[jobs.bad]\ninterval = \"30s\"\n[jobs.good]\ninterval = \"30s\"\ncommand = \"true\"\n");
    ASSERT_EQ(file.jobs.size(), 1U);
    EXPECT_EQ(file.jobs[0].options.id, "good");
    EXPECT_EQ(file.mistakes.size(), 1U);
}

TEST(JobFile, SaysWhatAWrongValueWouldHaveToBe) {
    const auto mistake = [](const std::string& line) {
        const auto mistakes = mistakes_of("[jobs.a]\ninterval = 1\ncommand = \"true\"\n" + line);
        return mistakes.empty() ? "" : mistakes.front();
    };
    EXPECT_EQ(mistake("coalesce = \"yes\""),
              "jobs.toml:4: jobs.a.coalesce is \"yes\"; true or false is needed");
    EXPECT_EQ(mistake("name = 5"), "jobs.toml:4: jobs.a.name is 5; text is needed");
    EXPECT_EQ(mistake("on_lost = \"repeat\""),
              "jobs.toml:4: jobs.a.on_lost is \"repeat\"; \"record\" or \"rerun\" is needed");
    EXPECT_EQ(mistake("timeout = 0"), "jobs.toml:4: jobs.a.timeout is 0; at least 1us is needed");
    EXPECT_EQ(mistake("timeout = true"),
              "jobs.toml:4: jobs.a.timeout is true; a length such as \"30s\" or \"1h 30m\", or a "
              "number of seconds, is needed");
    EXPECT_EQ(mistake("environment = \"A=1\""),
              "jobs.toml:4: jobs.a.environment is \"A=1\"; a table is needed");
    EXPECT_EQ(mistake("environment.A = 1"),
              "jobs.toml:4: jobs.a.environment.A is 1; text is needed");
}

TEST(JobFile, SaysHowToBeginAJobWhereThereIsNone) {
    EXPECT_THAT(mistakes_of("timezone = \"UTC\"\n"),
                ElementsAre("jobs.toml:1: jobs: the file has no jobs; a job begins with a line "
                            "such as [jobs.backup]"));
    EXPECT_THAT(
        mistakes_of("[job.a]\ninterval = 1\ncommand = \"true\"\n"),
        ElementsAre(::testing::_, "jobs.toml:1: job is not known here; did you mean jobs?"));
}

TEST(JobFile, ThrowsWithTheLineForTextThatIsNoToml) {
    try {
        static_cast<void>(parse("[jobs.a]\ninterval = \n"));
        FAIL() << "it was taken";
    } catch (const ConfigurationError& error) {
        EXPECT_THAT(error.what(), ::testing::StartsWith("jobs.toml:2: "));
    }
}

TEST(JobFile, NamesAFileThatCannotBeRead) {
    EXPECT_THROW(
        {
            try {
                static_cast<void>(read_job_file("no/such/jobs.toml", reading_time()));
            } catch (const ConfigurationError& error) {
                EXPECT_STREQ(error.what(),
                             "cannot read no/such/jobs.toml: No such file or directory");
                throw;
            }
        },
        ConfigurationError);
    EXPECT_THROW(static_cast<void>(read_job_file("/", reading_time())), ConfigurationError)
        << "a directory";
}

}  // namespace
}  // namespace punctual::program
