#include "file_jobs.hpp"

#include <punctual/executors/executor.hpp>
#include <punctual/testing/testing_scheduler.hpp>

#include <gtest/gtest.h>

#include "job_file_testing.hpp"

namespace punctual::program {
namespace {

std::string job(const std::string& id, const std::string& lines,
                const std::string& command = "true") {
    return "[jobs." + id + "]\n" + lines + "\ncommand = \"" + command + "\"\n";
}

/// Jobs as they are in a store; nothing runs, for the scheduler is paused.
class FileJobs : public ::testing::Test {
protected:
    FileJobs() { scheduler_.start({.paused = true}); }

    FileChanges take_up(const std::string& text) {
        const JobFile file = parse_job_file(text, "jobs.toml", scheduler_.now());
        EXPECT_TRUE(file.mistakes.empty());
        return take_up_jobs(scheduler_, file, scheduler_.now());
    }
    std::string next_run_time(const std::string& id) {
        const auto next = scheduler_.get_job(id).next_run_time();
        return next ? format_instant(*next) : "none";
    }
    void pass(Duration length) { scheduler_.clock().advance(length); }

    punctual::testing::TestingScheduler scheduler_{{}, reading_time()};
};

TEST_F(FileJobs, AddsNewOnesAndRemovesThoseThatLeft) {
    const FileChanges first = take_up(job("a", "interval = 60") + job("b", "interval = 60"));
    EXPECT_EQ(first.added, 2U);
    const FileChanges second = take_up(job("b", "interval = 60") + job("c", "interval = 60"));
    EXPECT_EQ(second.added, 1U);
    EXPECT_EQ(second.changed, 0U);
    EXPECT_EQ(second.removed, 1U);
    EXPECT_FALSE(scheduler_.find_job("a"));
    EXPECT_TRUE(scheduler_.find_job("b"));
    EXPECT_TRUE(scheduler_.find_job("c"));
}

TEST_F(FileJobs, KeepTheirNextRunTimeWhateverElseChanges) {
    take_up(job("a", "interval = 60"));
    const std::string before = next_run_time("a");
    pass(10min);
    const FileChanges changes = take_up(job("a", "interval = 60\nmax_instances = 2", "false"));
    EXPECT_EQ(changes.changed, 1U);
    EXPECT_EQ(next_run_time("a"), before);
    EXPECT_EQ(scheduler_.get_job("a").settings().max_instances, 2);
    EXPECT_EQ(scheduler_.get_job("a").call().arguments().as_array()[0], Value("false"));
}

TEST_F(FileJobs, AreScheduledAnewWhenTheirTriggerChanges) {
    take_up(job("a", "interval = 60"));
    EXPECT_EQ(next_run_time("a"), "2025-01-01T00:01:00Z");
    const FileChanges changes = take_up(job("a", "interval = 120"));
    EXPECT_EQ(changes.changed, 1U);
    EXPECT_EQ(next_run_time("a"), "2025-01-01T00:02:00Z");
}

TEST_F(FileJobs, PauseAndGoOnAsTheFileSays) {
    take_up(job("a", "interval = 60"));
    take_up(job("a", "interval = 60\npaused = true"));
    EXPECT_EQ(scheduler_.get_job("a").state(), JobState::paused);
    pass(150s);
    take_up(job("a", "interval = 60"));
    EXPECT_EQ(scheduler_.get_job("a").state(), JobState::active);
    EXPECT_EQ(next_run_time("a"), "2025-01-01T00:03:00Z");
}

TEST_F(FileJobs, ThatAreOverAreNotAdded) {
    const FileChanges changes = take_up(job("a", "date = \"2020-01-01\""));
    EXPECT_EQ(changes.over, 1U);
    EXPECT_EQ(changes.added, 0U);
    EXPECT_FALSE(scheduler_.find_job("a"));
}

TEST_F(FileJobs, ThatAreOverdueForTheLastTimeStayWithTheirNewCommand) {
    take_up(job("a", "date = \"2025-01-01 06:00\""));
    pass(12h);
    take_up(job("a", "date = \"2025-01-01 06:00\"", "false"));
    EXPECT_EQ(next_run_time("a"), "2025-01-01T06:00:00Z");
    EXPECT_EQ(scheduler_.get_job("a").call().arguments().as_array()[0], Value("false"));
}

TEST_F(FileJobs, ThatAreOverdueLeaveWhenTheFileMovesThemIntoThePast) {
    take_up(job("a", "date = \"2025-01-01 06:00\""));
    pass(12h);
    const FileChanges changes = take_up(job("a", "date = \"2025-01-01 05:00\""));
    EXPECT_EQ(changes.removed, 1U);
    EXPECT_FALSE(scheduler_.find_job("a"));
}

TEST_F(FileJobs, OfTheStartAreAddedThoughTheyNameNoInstant) {
    const std::string text = job("a", "crontab = \"@reboot\"");
    const FileChanges changes = take_up(text);
    EXPECT_EQ(changes.added, 1U);
    EXPECT_EQ(changes.over, 0U);
    EXPECT_EQ(next_run_time("a"), "2025-01-01T00:00:00Z");
}

TEST_F(FileJobs, OfTheStartDoNotRunAgainWhenTheFileIsReadAgain) {
    const std::string text = job("a", "crontab = \"@reboot\"");
    take_up(text);
    scheduler_.resume();
    scheduler_.run_pending();
    EXPECT_EQ(next_run_time("a"), "none");
    pass(1h);
    EXPECT_EQ(take_up(text).removed, 0U);
    EXPECT_EQ(next_run_time("a"), "none");
}

}  // namespace
}  // namespace punctual::program
