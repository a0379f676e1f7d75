// Pausing jobs, and pausing the whole scheduler.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class Pausing : public SchedulerTest {
protected:
    void start_with_a_job(const JobOptions& options = {}) {
        scheduler.start();
        JobOptions named = options;
        named.id = "tick";
        scheduler.add_job(note(), interval(10s), named);
    }
};

TEST_F(Pausing, APausedJobDoesNotRun) {
    start_with_a_job();
    const Job job = scheduler.pause_job("tick");
    EXPECT_EQ(job.state(), JobState::paused);
    EXPECT_FALSE(job.next_run_time());
    scheduler.run_until(second(60));
    EXPECT_THAT(ran, IsEmpty());
}

TEST_F(Pausing, AResumedJobGoesOnFromNow) {
    start_with_a_job();
    scheduler.pause_job("tick");
    scheduler.clock().set(second(35));
    EXPECT_EQ(scheduler.resume_job("tick").next_run_time(), second(40));
    scheduler.run_until(second(50));
    EXPECT_EQ(ran, seconds({40, 50}));
}

TEST_F(Pausing, TheInstantsOfAPauseAreOnRecord) {
    start_with_a_job();
    scheduler.pause_job("tick");
    scheduler.clock().set(second(35));
    scheduler.resume_job("tick");
    const auto recorded = records("tick");
    ASSERT_EQ(recorded.size(), 1u);
    EXPECT_EQ(recorded[0].state, RunState::skipped);
    EXPECT_EQ(recorded[0].scheduled, second(10));
    EXPECT_EQ(recorded[0].until, second(30));
    EXPECT_EQ(recorded[0].count, 3);
    EXPECT_THAT(recorded[0].reason, HasSubstr("paused"));
    const auto skipped = events.of(EventType::job_skipped);
    ASSERT_EQ(skipped.size(), 1u);
    EXPECT_EQ(skipped[0].count, 3);
}

TEST_F(Pausing, AnOverdueInstantThatWasNotClaimedBelongsToThePause) {
    start_with_a_job();
    scheduler.clock().set(second(15));
    scheduler.pause_job("tick");
    scheduler.clock().set(second(25));
    scheduler.resume_job("tick");
    scheduler.run_until(second(30));
    const auto recorded = records("tick");
    ASSERT_EQ(recorded.size(), 2u);
    EXPECT_EQ(recorded[0].scheduled, second(10));
    EXPECT_EQ(recorded[0].count, 2);
    EXPECT_EQ(recorded[1].scheduled, second(30));
}

TEST_F(Pausing, PausingTwiceIsPausingOnce) {
    start_with_a_job();
    scheduler.pause_job("tick");
    scheduler.clock().set(second(15));
    EXPECT_EQ(scheduler.pause_job("tick").state(), JobState::paused);
    scheduler.clock().set(second(25));
    scheduler.resume_job("tick");
    ASSERT_EQ(records("tick").size(), 1u);
    EXPECT_EQ(records("tick")[0].count, 2);
}

TEST_F(Pausing, AJobThatEndsDuringItsPauseLeavesWhenResumed) {
    scheduler.start();
    scheduler.add_job(note(), at(second(10)), {.id = "once"});
    scheduler.pause_job("once");
    scheduler.clock().set(second(20));
    scheduler.resume_job("once");
    scheduler.run_until(second(60));
    EXPECT_THAT(ran, IsEmpty());
    EXPECT_FALSE(scheduler.find_job("once"));
    EXPECT_EQ(records("once").size(), 1u);
}

TEST_F(Pausing, ARunUnderWayFinishesDuringThePauseOfItsJob) {
    start_with_a_job({.executor = "held"});
    scheduler.run_until(second(10));
    scheduler.pause_job("tick");
    finish_held();
    scheduler.run_pending();
    EXPECT_EQ(events.count(EventType::job_executed), 1u);
    EXPECT_EQ(scheduler.get_job("tick").state(), JobState::paused);
}

TEST_F(Pausing, APendingJobCanBePausedAndResumed) {
    scheduler.add_job(note(), interval(10s), {.id = "tick"});
    scheduler.pause_job("tick");
    scheduler.start();
    EXPECT_EQ(scheduler.get_job("tick").state(), JobState::paused);
    scheduler.shutdown();

    scheduler.add_job(note(), interval(10s), {.id = "tock", .paused = true});
    scheduler.resume_job("tock");
    scheduler.start();
    EXPECT_EQ(scheduler.get_job("tock").next_run_time(), second(10));
}

TEST_F(Pausing, APausedSchedulerClaimsNothing) {
    start_with_a_job();
    scheduler.pause();
    EXPECT_EQ(scheduler.state(), SchedulerState::paused);
    scheduler.run_until(second(35));
    EXPECT_THAT(ran, IsEmpty());
    scheduler.resume();
    scheduler.run_pending();
    EXPECT_EQ(scheduler.state(), SchedulerState::running);
    EXPECT_EQ(ran, seconds({30}));
}

TEST_F(Pausing, APausedSchedulerLetsRunsFinish) {
    start_with_a_job({.executor = "held"});
    scheduler.run_until(second(10));
    scheduler.pause();
    finish_held();
    scheduler.run_pending();
    EXPECT_EQ(events.count(EventType::job_executed), 1u);
}

TEST_F(Pausing, ResumingBehindAClockThatWasSetBackRepeatsNothing) {
    scheduler.start();
    scheduler.add_job(note(), cron({.second = "*/10"}), {.id = "tick"});
    scheduler.run_until(second(20));
    scheduler.pause_job("tick");
    scheduler.clock().set(second(5));
    scheduler.resume_job("tick");
    scheduler.run_until(second(30));
    EXPECT_EQ(ran, seconds({0, 10, 20, 30}));
}

TEST_F(Pausing, StartsPaused) {
    scheduler.add_job(note(), interval(10s), {.id = "tick"});
    scheduler.start({.paused = true});
    EXPECT_EQ(scheduler.state(), SchedulerState::paused);
    scheduler.run_until(second(20));
    EXPECT_THAT(ran, IsEmpty());
    scheduler.resume();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({20}));
}

TEST_F(Pausing, APausedSchedulerThatIsShutDownLosesNothing) {
    start_with_a_job({.coalesce = false});
    scheduler.pause();
    scheduler.run_until(second(20));
    scheduler.shutdown();
    scheduler.start();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({10, 20}));
}

TEST_F(Pausing, PausingTellsOnce) {
    scheduler.start();
    events.clear();
    scheduler.pause();
    scheduler.resume();
    EXPECT_THAT(events.kinds(), ElementsAre("scheduler_paused", "scheduler_resumed"));
}

TEST_F(Pausing, OnlyARunningSchedulerCanBePaused) {
    EXPECT_THROW(scheduler.pause(), SchedulerNotRunningError);
    EXPECT_THROW(scheduler.resume(), SchedulerNotRunningError);
}

}  // namespace
}  // namespace punctual::testing
