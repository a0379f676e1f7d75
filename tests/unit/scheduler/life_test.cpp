// Start, shutdown, restart, destruction.

#include "scheduler_testing.hpp"

#include <optional>

namespace punctual::testing {
namespace {

class Life : public SchedulerTest {};

TEST_F(Life, IsStoppedBeforeTheStart) {
    EXPECT_EQ(scheduler.state(), SchedulerState::stopped);
    EXPECT_FALSE(scheduler.running());
    scheduler.start();
    EXPECT_EQ(scheduler.state(), SchedulerState::running);
    EXPECT_TRUE(scheduler.running());
}

TEST_F(Life, CannotBeStartedTwice) {
    scheduler.start();
    EXPECT_THROW(scheduler.start(), SchedulerAlreadyRunningError);
    EXPECT_TRUE(scheduler.running());
}

TEST_F(Life, CannotBeShutDownBeforeItsFirstStart) {
    EXPECT_THROW(scheduler.shutdown(), SchedulerNotRunningError);
}

TEST_F(Life, ASecondShutdownDoesNothing) {
    scheduler.start();
    scheduler.shutdown();
    events.clear();
    EXPECT_NO_THROW(scheduler.shutdown());
    EXPECT_THAT(events.kinds(), IsEmpty());
}

TEST_F(Life, RunsNothingAfterTheShutdown) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s));
    scheduler.shutdown();
    EXPECT_EQ(scheduler.state(), SchedulerState::stopped);
    scheduler.run_for(1h);
    EXPECT_THAT(ran, IsEmpty());
}

TEST_F(Life, ShutdownSettlesWhatHasRun) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick", .executor = "held"});
    scheduler.run_until(second(10));
    finish_held();
    scheduler.shutdown();
    EXPECT_EQ(events.count(EventType::job_executed), 1u);
    EXPECT_EQ(events.kinds().back(), "scheduler_shutdown");
}

TEST_F(Life, ShutdownWithoutWaitingCancelsWhatHasNotBegun) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick", .executor = "held"});
    scheduler.run_until(second(10));
    scheduler.shutdown({.wait = false});
    scheduler.shutdown();
    EXPECT_EQ(scheduler.state(), SchedulerState::stopped);
    EXPECT_THAT(ran, IsEmpty());
    EXPECT_EQ(events.count(EventType::job_cancelled), 1u);
    EXPECT_EQ(records("tick").at(0).state, RunState::cancelled);
}

TEST_F(Life, AGroupThatWasCutOffGoesOnAfterTheNextStart) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick", .coalesce = false, .executor = "held"});
    scheduler.clock().set(second(30));
    scheduler.run_pending();
    held->finish_one();
    scheduler.shutdown();
    scheduler.start();
    for (int round = 0; round < 3; ++round) {
        scheduler.run_pending();
        finish_held();
    }
    EXPECT_EQ(ran, seconds({10, 20, 30}));
}

TEST_F(Life, AStartThatFailsLeavesItStoppedWithItsPendingJobs) {
    scheduler.add_job(note(), interval(10s), {.id = "tick"});
    scheduler.add_job(note(), interval(10s), {.id = "homeless", .executor = "gpu"});
    EXPECT_THROW(scheduler.start(), UnknownExecutorError);
    EXPECT_EQ(scheduler.state(), SchedulerState::stopped);
    scheduler.add_executor("gpu", inline_executor());
    scheduler.start();
    scheduler.run_until(second(10));
    EXPECT_EQ(ran, seconds({10, 10}));
}

TEST_F(Life, RestartsWithTheJobsOfItsMemoryStore) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick"});
    scheduler.run_until(second(10));
    scheduler.shutdown();
    EXPECT_EQ(scheduler.get_job("tick").next_run_time(), second(20));
    scheduler.start();
    scheduler.run_until(second(20));
    EXPECT_EQ(ran, seconds({10, 20}));
}

TEST_F(Life, CatchesUpAfterARestartAsTheJobSays) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick", .coalesce = false});
    scheduler.shutdown();
    scheduler.clock().set(second(35));
    scheduler.start();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({10, 20, 30}));
}

TEST_F(Life, RestartsManyTimes) {
    scheduler.add_job(note(), interval(10s), {.id = "tick"});
    for (int round = 1; round <= 5; ++round) {
        scheduler.start();
        scheduler.run_until(second(10 * round));
        scheduler.shutdown();
    }
    EXPECT_EQ(ran, seconds({10, 20, 30, 40, 50}));
}

TEST_F(Life, TakesJobsBetweenTwoStarts) {
    scheduler.start();
    scheduler.shutdown();
    EXPECT_TRUE(scheduler.add_job(note(), interval(10s), {.id = "tick"}).pending());
    scheduler.start();
    scheduler.run_until(second(10));
    EXPECT_EQ(ran, seconds({10}));
}

TEST_F(Life, ADestructorEndsWhatRuns) {
    auto executor = std::make_shared<HeldExecutor>();
    std::optional<TestingScheduler> own(std::in_place,
                                        SchedulerOptions{.executors = {{"default", executor}}});
    own->start();
    own->add_job([] {});
    own->run_pending();
    ASSERT_EQ(executor->held(), 1u);
    own.reset();
    EXPECT_EQ(executor->held(), 0u);
}

TEST_F(Life, AJobWithinAJobOfItsMayShutItDown) {
    TestingScheduler inner;
    inner.start();
    scheduler.start();
    scheduler.add_job([&] {
        inner.add_job([&] { scheduler.shutdown(); });
        inner.run_pending();
    });
    scheduler.run_pending();
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
}

TEST_F(Life, ASchedulerThatNeverStartedIsDestroyedQuietly) {
    TestingScheduler own;
    own.add_job(note(), interval(10s));
}

TEST_F(Life, TellsOfItsLife) {
    scheduler.start();
    scheduler.shutdown();
    EXPECT_EQ(events.count(EventType::scheduler_started), 1u);
    EXPECT_EQ(events.count(EventType::scheduler_shutdown), 1u);
    scheduler.start();
    EXPECT_EQ(events.count(EventType::scheduler_started), 2u);
}

TEST_F(Life, AHandleMayOutliveItsScheduler) {
    std::optional<TestingScheduler> own(std::in_place);
    own->start();
    Job job = own->add_job([] {}, interval(10s), {.id = "tick"});
    own.reset();
    EXPECT_EQ(job.id(), "tick");
    EXPECT_THROW(job.pause(), SchedulerNotRunningError);
    EXPECT_THROW(job.remove(), SchedulerNotRunningError);
}

TEST_F(Life, IsConfiguredOnlyWhileItIsStopped) {
    scheduler.configure({.job_defaults = {.max_instances = 3}});
    EXPECT_EQ(scheduler.add_job(note(), interval(1s)).settings().max_instances, 3);
    scheduler.start();
    EXPECT_THAT(message_of<ConfigurationError>([&] { scheduler.configure({}); }),
                HasSubstr("running"));
    scheduler.shutdown();
    EXPECT_NO_THROW(scheduler.configure({.job_defaults = {.max_instances = 4}}));
}

TEST_F(Life, RefusesOptionsOutOfRange) {
    EXPECT_THROW(scheduler.configure({.job_defaults = {.max_instances = 0}}), ConfigurationError);
    EXPECT_THROW(TestingScheduler({.job_defaults = {.max_catch_up = 0}}), ConfigurationError);
    EXPECT_THROW(TestingScheduler({.job_defaults = {.misfire_grace_time = 0s}}),
                 ConfigurationError);
}

}  // namespace
}  // namespace punctual::testing
