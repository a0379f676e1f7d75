// How jobs leave.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class Removing : public SchedulerTest {
protected:
    void add(const char* id, const JobOptions& options = {}) {
        JobOptions named = options;
        named.id = id;
        scheduler.add_job(note(), interval(10s), named);
    }
};

TEST_F(Removing, ARemovedJobDoesNotRun) {
    scheduler.start();
    add("tick");
    scheduler.remove_job("tick");
    scheduler.run_until(second(60));
    EXPECT_THAT(ran, IsEmpty());
    EXPECT_FALSE(scheduler.find_job("tick"));
    const auto removed = events.of(EventType::job_removed);
    ASSERT_EQ(removed.size(), 1u);
    EXPECT_EQ(removed[0].name, "tick");
}

TEST_F(Removing, APendingJobIsRemovedLikewise) {
    add("tick");
    scheduler.remove_job("tick");
    scheduler.start();
    EXPECT_THAT(scheduler.get_jobs(), IsEmpty());
}

TEST_F(Removing, CancelsRunsThatHaveNotStarted) {
    scheduler.start();
    add("tick", {.coalesce = false, .executor = "held"});
    scheduler.run_until(second(5));
    scheduler.clock().set(second(30));
    scheduler.run_pending();
    ASSERT_EQ(held->held(), 1u) << "runs of one group go one after another";
    scheduler.remove_job("tick");
    finish_held();
    scheduler.run_pending();
    finish_held();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({10}));
    std::vector<RunState> states;
    for (const RunRecord& record : records("tick")) states.push_back(record.state);
    EXPECT_THAT(states, ::testing::UnorderedElementsAre(RunState::succeeded, RunState::cancelled,
                                                        RunState::cancelled));
}

TEST_F(Removing, StartedRunsFinish) {
    scheduler.start();
    add("tick", {.executor = "held"});
    scheduler.run_until(second(10));
    scheduler.remove_job("tick");
    finish_held();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({10}));
    EXPECT_EQ(events.count(EventType::job_executed), 1u);
}

TEST_F(Removing, ARunThatEndsLateDoesNotTouchANewerJobOfTheSameId) {
    scheduler.start();
    add("tick", {.executor = "held"});
    scheduler.run_until(second(10));
    scheduler.remove_job("tick");
    add("tick", {.executor = "held"});
    EXPECT_EQ(scheduler.get_job("tick").running(), 0);
    scheduler.run_until(second(20));
    EXPECT_EQ(scheduler.get_job("tick").running(), 1);
    held->finish_one();
    scheduler.run_pending();
    EXPECT_EQ(scheduler.get_job("tick").running(), 1) << "the older job's run has ended, not this";
    held->finish_one();
    scheduler.run_pending();
    EXPECT_EQ(scheduler.get_job("tick").running(), 0);
}

TEST_F(Removing, RemovesAllJobsOfAllStores) {
    scheduler.add_store("other", memory());
    scheduler.start();
    add("a");
    add("b", {.store = "other"});
    EXPECT_EQ(scheduler.remove_all_jobs(), 2u);
    EXPECT_THAT(scheduler.get_jobs(), IsEmpty());
    EXPECT_EQ(events.count(EventType::all_jobs_removed), 2u) << "one a store";
}

TEST_F(Removing, RemovesAllJobsOfOneStore) {
    scheduler.add_store("other", memory());
    scheduler.start();
    add("a");
    add("b", {.store = "other"});
    EXPECT_EQ(scheduler.remove_all_jobs("other"), 1u);
    EXPECT_TRUE(scheduler.find_job("a"));
    EXPECT_FALSE(scheduler.find_job("b"));
}

TEST_F(Removing, RemovesPendingJobsWithTheOthers) {
    add("a");
    add("b");
    EXPECT_EQ(scheduler.remove_all_jobs(), 2u);
    scheduler.start();
    EXPECT_THAT(scheduler.get_jobs(), IsEmpty());
}

TEST_F(Removing, AJobWhoseTriggerEndedLeavesWhenItsLastRunSettles) {
    scheduler.start();
    scheduler.add_job(note(), at(second(10)), {.id = "once", .executor = "held"});
    scheduler.run_until(second(20));
    ASSERT_TRUE(scheduler.find_job("once"));
    EXPECT_EQ(scheduler.get_job("once").state(), JobState::ended);
    EXPECT_EQ(events.count(EventType::job_removed), 0u);
    finish_held();
    scheduler.run_pending();
    EXPECT_FALSE(scheduler.find_job("once"));
    EXPECT_EQ(events.kinds().back(), "job_removed");
}

TEST_F(Removing, AnIntervalWithAnEndLeavesAfterItsLastRun) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s, {.end_date = second(30)}), {.id = "three"});
    scheduler.run_until(second(100));
    EXPECT_EQ(ran, seconds({10, 20, 30}));
    EXPECT_FALSE(scheduler.find_job("three"));
}

}  // namespace
}  // namespace punctual::testing
