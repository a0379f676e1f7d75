#include "check_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "contract/temporary_folder.hpp"

namespace punctual::program {
namespace {

struct Outcome {
    int exit_code;
    std::string out;
    std::string errors;
};

Outcome check(const std::string& text) {
    const contract::TemporaryFolder folder;
    const std::string path = folder.file("jobs.toml");
    std::ofstream(path) << text;
    std::ostringstream out;
    std::ostringstream errors;
    const int exit_code = run_check(path, parse_instant("2025-03-28T12:00:00Z"), out, errors);
    // The folder has another name each time.
    const auto shorten = [&](std::string shown) {
        const std::string long_name = folder.file("");
        for (std::size_t at = 0; (at = shown.find(long_name)) != std::string::npos;) {
            shown.erase(at, long_name.size());
        }
        return shown;
    };
    return {exit_code, shorten(out.str()), shorten(errors.str())};
}

TEST(CheckCommand, ShowsTheNextThreeInstantsAndWhatDaylightSavingDoes) {
    const Outcome outcome = check(
        "timezone = \"Europe/Berlin\"\n"
        "[jobs.backup]\n"
        "crontab = \"30 2 * * *\"\n"
        "command = \"true\"\n");
    EXPECT_EQ(outcome.out,
              "jobs.toml: 1 good job, 0 mistakes\n"
              "\n"
              "backup: at 02:30, every day, Europe/Berlin\n"
              "    Sat 2025-03-29 02:30:00 +01:00\n"
              "    Sun 2025-03-30 03:00:00 +02:00  clock went forward; 02:30 does not exist\n"
              "    Mon 2025-03-31 02:30:00 +02:00\n"
              "    daylight saving Sun 2025-03-30 03:00:00 +02:00: the clock goes forward; 02:30 "
              "does not exist, runs at 03:00\n"
              "    daylight saving Sun 2025-10-26 02:00:00 +01:00: the clock goes back; 02:30 "
              "occurs twice, runs the first time\n");
    EXPECT_EQ(outcome.errors, "");
    EXPECT_EQ(outcome.exit_code, 0);
}

TEST(CheckCommand, ShowsMistakesApartFromTheJobsThatAreGood) {
    const Outcome outcome = check(
        "[jobs.good]\n"
        "date = \"2025-12-24 18:00\"\n"
        "command = \"true\"\n"
        "[jobs.bad]\n"
        "command = \"true\"\n");
    EXPECT_EQ(outcome.errors,
              "jobs.toml:4: jobs.bad has no trigger; give one of crontab, cron, interval, date, "
              "calendar_interval, on_demand, trigger\n");
    EXPECT_THAT(outcome.out, ::testing::HasSubstr("Wed 2025-12-24 18:00:00 +00:00\n"));
    EXPECT_THAT(outcome.out, ::testing::StartsWith("jobs.toml: 1 good job, 1 mistake\n"));
    EXPECT_EQ(outcome.exit_code, 2);
}

TEST(CheckCommand, SaysWhenAJobIsOverPausedOrDueAtEachStart) {
    const Outcome outcome = check(
        "[jobs.over]\n"
        "date = \"2020-12-24\"\n"
        "command = \"true\"\n"
        "[jobs.still]\n"
        "interval = \"1h\"\n"
        "paused = true\n"
        "command = \"true\"\n"
        "[jobs.first]\n"
        "crontab = \"@reboot\"\n"
        "command = \"true\"\n");
    EXPECT_THAT(outcome.out, ::testing::HasSubstr("    its time has passed\n\nstill: "));
    EXPECT_THAT(outcome.out, ::testing::HasSubstr("    paused\n    Fri 2025-03-28 13:00:00"));
    EXPECT_THAT(outcome.out, ::testing::EndsWith("first: at each start of the scheduler\n"));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
}

TEST(CheckCommand, NamesTheLineOfTextThatIsNoToml) {
    const Outcome outcome = check("[jobs.a\n");
    EXPECT_THAT(outcome.errors, ::testing::StartsWith("jobs.toml:1: "));
    EXPECT_EQ(outcome.exit_code, 2);
}

}  // namespace
}  // namespace punctual::program
