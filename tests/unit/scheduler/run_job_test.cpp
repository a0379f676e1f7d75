// Running a job now, besides its schedule.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class RunJob : public SchedulerTest {};

TEST_F(RunJob, RunsItNowAndLeavesItsSchedule) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick"});
    scheduler.clock().set(second(3));
    scheduler.run_job("tick");
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({3}));
    EXPECT_EQ(scheduler.get_job("tick").next_run_time(), second(10));
    scheduler.run_until(second(10));
    EXPECT_EQ(ran, seconds({3, 10}));
}

TEST_F(RunJob, RunsAPausedJob) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick", .paused = true});
    scheduler.run_job("tick");
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({0}));
    EXPECT_EQ(scheduler.get_job("tick").state(), JobState::paused);
}

TEST_F(RunJob, IsOnRecordAndTold) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick"});
    scheduler.run_job("tick");
    scheduler.run_pending();
    ASSERT_EQ(records("tick").size(), 1u);
    EXPECT_EQ(records("tick")[0].state, RunState::succeeded);
    EXPECT_EQ(events.count(EventType::job_submitted), 1u);
    EXPECT_EQ(events.count(EventType::job_executed), 1u);
}

TEST_F(RunJob, IsNotLimitedByMaxInstancesButCounts) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick", .executor = "held"});
    scheduler.run_job("tick");
    scheduler.run_job("tick");
    scheduler.run_pending();
    EXPECT_EQ(held->held(), 2u);
    EXPECT_EQ(scheduler.get_job("tick").running(), 2);
    scheduler.run_until(second(10));
    EXPECT_EQ(events.count(EventType::job_max_instances), 1u);
    finish_held();
    scheduler.run_pending();
    EXPECT_EQ(scheduler.get_job("tick").running(), 0);
}

TEST_F(RunJob, NeedsARunningScheduler) {
    scheduler.add_job(note(), interval(10s), {.id = "tick"});
    EXPECT_THROW(scheduler.run_job("tick"), SchedulerNotRunningError);
}

TEST_F(RunJob, KeepsAnEndedJobUntilItHasRun) {
    scheduler.start();
    scheduler.add_job(note(), at(second(10)), {.id = "once", .executor = "held"});
    scheduler.run_job("once");
    scheduler.run_until(second(10));
    finish_held();
    scheduler.run_pending();
    finish_held();
    scheduler.run_pending();
    EXPECT_FALSE(scheduler.find_job("once"));
}

}  // namespace
}  // namespace punctual::testing
