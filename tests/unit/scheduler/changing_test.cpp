// Changing jobs: modify, reschedule.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class Changing : public SchedulerTest {
protected:
    void add(const JobOptions& options = {}) {
        JobOptions named = options;
        named.id = "tick";
        scheduler.add_job(note(), interval(10s), named);
    }
    void start_with_a_job() {
        scheduler.start();
        add();
    }
};

TEST_F(Changing, ModifiesEveryOption) {
    start_with_a_job();
    const Job job = scheduler.modify_job("tick", {.name = "Tick",
                                                  .misfire_grace_time = 4s,
                                                  .coalesce = false,
                                                  .max_instances = 5,
                                                  .max_catch_up = 6,
                                                  .on_lost = OnLost::rerun,
                                                  .executor = "held"});
    EXPECT_EQ(job.name(), "Tick");
    EXPECT_EQ(job.settings().misfire_grace_time, Duration(4s));
    EXPECT_FALSE(job.settings().coalesce);
    EXPECT_EQ(job.settings().max_instances, 5);
    EXPECT_EQ(job.settings().max_catch_up, 6);
    EXPECT_EQ(job.settings().on_lost, OnLost::rerun);
    EXPECT_EQ(job.executor(), "held");
    scheduler.run_until(second(10));
    EXPECT_EQ(held->held(), 1u);
}

TEST_F(Changing, LeavesWhatIsNotNamed) {
    scheduler.start();
    add({.name = "Tick", .max_instances = 3});
    scheduler.clock().set(second(7));
    const Job job = scheduler.modify_job("tick", {.coalesce = false});
    EXPECT_EQ(job.name(), "Tick");
    EXPECT_EQ(job.settings().max_instances, 3);
    EXPECT_EQ(job.next_run_time(), second(10));
}

TEST_F(Changing, ReplacesTheCall) {
    start_with_a_job();
    int calls = 0;
    scheduler.modify_job("tick", {.call = [&] { ++calls; }});
    scheduler.run_until(second(10));
    EXPECT_EQ(calls, 1);
    EXPECT_THAT(ran, IsEmpty());
}

TEST_F(Changing, SetsTheNextRunTime) {
    start_with_a_job();
    scheduler.modify_job("tick", {.next_run_time = second(3)});
    scheduler.run_until(second(20));
    EXPECT_EQ(ran, seconds({3, 10, 20}));
}

TEST_F(Changing, ReschedulesFromNow) {
    start_with_a_job();
    scheduler.clock().set(second(5));
    const Job job = scheduler.reschedule_job("tick", interval(30s));
    EXPECT_EQ(job.next_run_time(), second(35));
    scheduler.run_until(second(65));
    EXPECT_EQ(ran, seconds({35, 65}));
}

TEST_F(Changing, ReschedulesToADateThatEndsTheJob) {
    start_with_a_job();
    scheduler.reschedule_job("tick", at(second(3)));
    scheduler.run_until(second(60));
    EXPECT_EQ(ran, seconds({3}));
    EXPECT_FALSE(scheduler.find_job("tick"));
}

TEST_F(Changing, TellsOfEachChange) {
    start_with_a_job();
    events.clear();
    scheduler.modify_job("tick", {.name = "Tick"});
    scheduler.reschedule_job("tick", interval(1h));
    scheduler.pause_job("tick");
    scheduler.resume_job("tick");
    EXPECT_THAT(events.kinds(),
                ElementsAre("job_modified", "job_modified", "job_modified", "job_modified"));
    EXPECT_EQ(events.all()[0].name, "tick");
}

TEST_F(Changing, RefusesValuesOutOfRangeAndChangesNothing) {
    start_with_a_job();
    EXPECT_THROW(scheduler.modify_job("tick", {.name = "Tick", .max_instances = 0}), ValueError);
    EXPECT_THROW(scheduler.modify_job("tick", {.misfire_grace_time = 0s}), ValueError);
    EXPECT_THROW(scheduler.modify_job("tick", {.max_catch_up = 0}), ValueError);
    EXPECT_THROW(scheduler.modify_job("tick", {.executor = "gpu"}), UnknownExecutorError);
    EXPECT_EQ(scheduler.get_job("tick").name(), "tick");
    EXPECT_EQ(scheduler.get_job("tick").settings().max_instances, 1);
}

TEST_F(Changing, ChangesAPendingJob) {
    add();
    scheduler.modify_job("tick", {.name = "Tick"});
    scheduler.reschedule_job("tick", interval(20s));
    scheduler.start();
    EXPECT_EQ(scheduler.get_job("tick").name(), "Tick");
    EXPECT_EQ(scheduler.get_job("tick").next_run_time(), second(20));
}

TEST_F(Changing, LeavesARunUnderWayAlone) {
    scheduler.start();
    add({.executor = "held"});
    scheduler.run_until(second(10));
    scheduler.modify_job("tick", {.name = "Tick"});
    EXPECT_EQ(scheduler.get_job("tick").running(), 1);
    finish_held();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({10}));
    EXPECT_EQ(scheduler.get_job("tick").running(), 0);
}

TEST_F(Changing, MovesADueJobToAnotherExecutor) {
    scheduler.start();
    add({.executor = "held"});
    scheduler.clock().set(second(10));
    scheduler.modify_job("tick", {.executor = "default"});
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({10}));
    EXPECT_EQ(held->held(), 0u);
}

TEST_F(Changing, FindsAJobInTheStoreThatHasIt) {
    scheduler.add_store("other", memory());
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "there", .store = "other"});
    EXPECT_EQ(scheduler.get_job("there").store(), "other");
    EXPECT_EQ(scheduler.modify_job("there", {.name = "There"}).store(), "other");
    EXPECT_THROW(scheduler.modify_job("there", {.name = "x"}, "default"), JobLookupError);
}

}  // namespace
}  // namespace punctual::testing
