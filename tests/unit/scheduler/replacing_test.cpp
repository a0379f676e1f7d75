// `replace_existing`: programs that add their jobs at every start.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class Replacing : public SchedulerTest {
protected:
    void add(const Trigger& trigger, const char* name = "") {
        scheduler.add_job(note(), trigger,
                          {.id = "report", .name = name, .replace_existing = true});
    }
};

TEST_F(Replacing, AddsAJobThatIsNotThere) {
    scheduler.start();
    add(interval(10s));
    EXPECT_EQ(scheduler.get_job("report").next_run_time(), second(10));
}

TEST_F(Replacing, KeepsAnchorAndNextRunTimeWithTheSameTrigger) {
    scheduler.start();
    add(interval(10s));
    scheduler.clock().set(second(7));
    add(interval(10s), "again");
    EXPECT_EQ(scheduler.get_job("report").name(), "again");
    EXPECT_EQ(scheduler.get_job("report").next_run_time(), second(10));
    scheduler.run_until(second(20));
    EXPECT_EQ(ran, seconds({10, 20}));
}

TEST_F(Replacing, LosesNoOverdueRunWithTheSameTrigger) {
    scheduler.start();
    add(interval(10s));
    scheduler.clock().set(second(15));
    add(interval(10s));
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({10}));
}

TEST_F(Replacing, BeginsAnewWithAnotherTrigger) {
    scheduler.start();
    add(interval(10s));
    scheduler.clock().set(second(7));
    add(interval(20s));
    EXPECT_EQ(scheduler.get_job("report").next_run_time(), second(27));
}

TEST_F(Replacing, TakesTheNextRunTimeThatIsGiven) {
    scheduler.start();
    add(interval(10s));
    scheduler.add_job(note(), interval(10s),
                      {.id = "report", .next_run_time = second(3), .replace_existing = true});
    EXPECT_EQ(scheduler.get_job("report").next_run_time(), second(3));
}

TEST_F(Replacing, ReplacesAPendingJob) {
    add(interval(10s), "first");
    add(interval(20s), "second");
    scheduler.start();
    ASSERT_EQ(scheduler.get_jobs().size(), 1u);
    EXPECT_EQ(scheduler.get_job("report").name(), "second");
    EXPECT_EQ(scheduler.get_job("report").next_run_time(), second(20));
}

TEST_F(Replacing, KeepsTheNextRunTimeOverARestart) {
    scheduler.start();
    add(interval(10s));
    scheduler.shutdown();
    scheduler.clock().set(second(15));
    add(interval(10s));
    scheduler.start();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({10}));
    EXPECT_EQ(scheduler.get_job("report").next_run_time(), second(20));
}

TEST_F(Replacing, RepeatsNoDateThatHasRun) {
    scheduler.start();
    add(at(second(10)));
    scheduler.run_until(second(20));
    scheduler.shutdown();
    add(at(second(10)));
    scheduler.start();
    scheduler.run_until(second(30));
    EXPECT_EQ(ran, seconds({10}));
}

TEST_F(Replacing, RunsTheNewCallFromThenOn) {
    scheduler.start();
    add(interval(10s));
    int calls = 0;
    scheduler.add_job([&] { ++calls; }, interval(10s), {.id = "report", .replace_existing = true});
    scheduler.run_until(second(10));
    EXPECT_EQ(calls, 1);
    EXPECT_THAT(ran, IsEmpty());
}

TEST_F(Replacing, LeavesARunUnderWayAlone) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "report", .executor = "held"});
    scheduler.run_until(second(10));
    scheduler.add_job(note(), interval(10s),
                      {.id = "report", .executor = "held", .replace_existing = true});
    finish_held();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({10}));
    EXPECT_EQ(events.count(EventType::job_executed), 1u);
}

}  // namespace
}  // namespace punctual::testing
