// What stays on record of finished runs.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class HistoryKept : public SchedulerTest {
protected:
    void run_with(const History& history, int runs) {
        scheduler.configure({.history = history});
        scheduler.start();
        scheduler.add_job(note(), interval(10s), {.id = "tick"});
        scheduler.run_until(second(10 * runs));
    }
};

TEST_F(HistoryKept, HasTheNewestRunsFirst) {
    run_with({}, 3);
    const auto runs = scheduler.get_runs();
    ASSERT_EQ(runs.size(), 3u);
    EXPECT_EQ(runs[0].scheduled, second(30));
    EXPECT_EQ(runs[2].scheduled, second(10));
}

TEST_F(HistoryKept, IsReadInPages) {
    run_with({}, 5);
    const auto first = scheduler.get_runs({.limit = 2});
    ASSERT_EQ(first.size(), 2u);
    const auto next = scheduler.get_runs({.limit = 10, .before = first.back().id});
    ASSERT_EQ(next.size(), 3u);
    EXPECT_EQ(next[0].scheduled, second(30));
}

TEST_F(HistoryKept, IsLimitedByTheRunsOfAJob) {
    run_with({.runs_per_job = 2}, 5);
    const auto runs = scheduler.get_runs({.job_id = "tick"});
    ASSERT_EQ(runs.size(), 2u);
    EXPECT_EQ(runs[0].scheduled, second(50));
}

TEST_F(HistoryKept, IsLimitedByTheRunsOfTheStore) {
    run_with({.runs = 3}, 5);
    EXPECT_EQ(scheduler.get_runs().size(), 3u);
}

TEST_F(HistoryKept, IsLimitedByAge) {
    run_with({.age = 25s}, 10);
    for (const RunRecord& run : scheduler.get_runs()) EXPECT_GE(run.finished, second(75));
    EXPECT_GE(scheduler.get_runs().size(), 2u);
}

TEST_F(HistoryKept, MayBeNone) {
    run_with({.runs_per_job = 0}, 3);
    EXPECT_THAT(scheduler.get_runs(), IsEmpty());
    EXPECT_EQ(ran.size(), 3u);
}

TEST_F(HistoryKept, OutlivesTheJob) {
    run_with({}, 1);
    scheduler.remove_job("tick");
    EXPECT_EQ(scheduler.get_runs({.job_id = "tick"}).size(), 1u);
}

}  // namespace
}  // namespace punctual::testing
