// Adding jobs, before and after the start.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class Adding : public SchedulerTest {};

int runs_of_function = 0;
void count_run() {
    ++runs_of_function;
}

TEST_F(Adding, APlainFunction) {
    scheduler.start();
    scheduler.add_job(count_run);
    scheduler.add_job(&count_run);
    scheduler.run_pending();
    EXPECT_EQ(runs_of_function, 2);
}

TEST_F(Adding, KeepsWhatTheOptionsSay) {
    scheduler.start();
    const Job job = scheduler.add_job(note(), interval(10s),
                                      {.id = "copy",
                                       .name = "Copy files",
                                       .misfire_grace_time = 3s,
                                       .coalesce = false,
                                       .max_instances = 4,
                                       .max_catch_up = 7,
                                       .on_lost = OnLost::rerun,
                                       .executor = "held"});
    EXPECT_EQ(job.id(), "copy");
    EXPECT_EQ(job.name(), "Copy files");
    EXPECT_EQ(job.settings().misfire_grace_time, Duration(3s));
    EXPECT_FALSE(job.settings().coalesce);
    EXPECT_EQ(job.settings().max_instances, 4);
    EXPECT_EQ(job.settings().max_catch_up, 7);
    EXPECT_EQ(job.settings().on_lost, OnLost::rerun);
    EXPECT_EQ(job.executor(), "held");
    EXPECT_EQ(job.store(), "default");
    EXPECT_EQ(job.state(), JobState::active);
    EXPECT_EQ(job.next_run_time(), second(10));
}

TEST_F(Adding, TakesWhatIsLeftOutFromTheDefaults) {
    TestingScheduler own({.job_defaults = {.misfire_grace_time = 5s,
                                           .coalesce = false,
                                           .max_instances = 3,
                                           .max_catch_up = 9,
                                           .on_lost = OnLost::rerun}});
    const JobSettings settings = own.add_job([] {}, interval(1s)).settings();
    EXPECT_EQ(settings.misfire_grace_time, Duration(5s));
    EXPECT_FALSE(settings.coalesce);
    EXPECT_EQ(settings.max_instances, 3);
    EXPECT_EQ(settings.max_catch_up, 9);
    EXPECT_EQ(settings.on_lost, OnLost::rerun);
}

TEST_F(Adding, HasTheDefaultsOfTheDesign) {
    const JobSettings settings = scheduler.add_job(note(), interval(1s)).settings();
    EXPECT_EQ(settings.misfire_grace_time, unlimited);
    EXPECT_TRUE(settings.coalesce);
    EXPECT_EQ(settings.max_instances, 1);
    EXPECT_EQ(settings.max_catch_up, 100);
}

TEST_F(Adding, MakesUpIdsThatDiffer) {
    const Job first = scheduler.add_job(note(), interval(1s));
    const Job second = scheduler.add_job(note(), interval(1s));
    EXPECT_FALSE(first.id().empty());
    EXPECT_NE(first.id(), second.id());
}

TEST_F(Adding, RunsAJobWithoutATriggerOnceAtOnce) {
    scheduler.start();
    scheduler.add_job(note(), {.id = "once"});
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({0}));
    EXPECT_FALSE(scheduler.find_job("once"));
    scheduler.run_for(1h);
    EXPECT_EQ(ran.size(), 1u);
}

TEST_F(Adding, WorksOutAPendingJobAtTheStart) {
    const Job job = scheduler.add_job(note(), interval(10s), {.id = "tick"});
    EXPECT_TRUE(job.pending());
    EXPECT_FALSE(job.next_run_time());
    scheduler.clock().set(second(5));
    scheduler.start();
    EXPECT_FALSE(scheduler.get_job("tick").pending());
    EXPECT_EQ(scheduler.get_job("tick").next_run_time(), second(15));
}

TEST_F(Adding, RunsAPendingJobWithoutATriggerAtTheStart) {
    scheduler.add_job(note());
    scheduler.clock().set(second(5));
    scheduler.start();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({5}));
}

TEST_F(Adding, TellsOfEachJobOnce) {
    scheduler.add_job(note(), interval(1h), {.id = "before"});
    scheduler.start();
    scheduler.add_job(note(), interval(1h), {.id = "after"});
    const auto added = events.of(EventType::job_added);
    ASSERT_EQ(added.size(), 2u);
    EXPECT_EQ(added[0].name, "before");
    EXPECT_EQ(added[1].name, "after");
}

TEST_F(Adding, ReportsADateThatHasPassedAsMissedAndKeepsNothing) {
    scheduler.start();
    scheduler.add_job(note(), at(second(-60)), {.id = "late"});
    scheduler.run_pending();
    EXPECT_THAT(ran, IsEmpty());
    EXPECT_FALSE(scheduler.find_job("late"));
    const auto missed = events.of(EventType::job_missed);
    ASSERT_EQ(missed.size(), 1u);
    EXPECT_EQ(missed[0].name, "late");
    EXPECT_EQ(missed[0].first, second(-60));
}

TEST_F(Adding, ReportsAPendingDateThatHasPassedAtTheStart) {
    scheduler.add_job(note(), at(second(60)), {.id = "late"});
    scheduler.clock().set(second(61));
    scheduler.start();
    scheduler.run_pending();
    EXPECT_THAT(ran, IsEmpty());
    EXPECT_FALSE(scheduler.find_job("late"));
    EXPECT_EQ(events.count(EventType::job_missed), 1u);
}

TEST_F(Adding, RunsADateThatIsNow) {
    scheduler.start();
    scheduler.add_job(note(), at(begin));
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({0}));
}

TEST_F(Adding, RefusesATriggerThatNeverFires) {
    scheduler.start();
    const std::string message = message_of<TriggerError>(
        [&] { scheduler.add_job(note(), crontab("0 0 30 2 *"), {.id = "never"}); });
    EXPECT_THAT(message, HasSubstr("never fires"));
    EXPECT_THAT(message, HasSubstr("30 February"));
    EXPECT_FALSE(scheduler.find_job("never"));
}

TEST_F(Adding, NeverStartsBeforeTheAddingWhateverTheStartDate) {
    scheduler.start();
    const Job job = scheduler.add_job(note(), interval(10s, {.start_date = second(-25)}));
    EXPECT_EQ(job.next_run_time(), second(5));
}

TEST_F(Adding, TakesTheFirstRunFromNextRunTime) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.next_run_time = second(3)});
    scheduler.run_until(second(20));
    EXPECT_EQ(ran, seconds({3, 10, 20}));
}

TEST_F(Adding, APausedJobWaitsToBeResumed) {
    scheduler.start();
    const Job job = scheduler.add_job(note(), interval(10s), {.id = "tick", .paused = true});
    EXPECT_EQ(job.state(), JobState::paused);
    EXPECT_FALSE(job.next_run_time());
    scheduler.run_until(second(30));
    EXPECT_THAT(ran, IsEmpty());
    scheduler.resume_job("tick");
    scheduler.run_until(second(40));
    EXPECT_EQ(ran, seconds({40}));
}

TEST_F(Adding, AddsManyAtOnce) {
    scheduler.start();
    std::vector<JobRequest> requests;
    for (const char* id : {"a", "b", "c"}) {
        requests.push_back({.call = note(), .trigger = interval(10s), .options = {.id = id}});
    }
    const std::vector<Job> jobs = scheduler.add_jobs(requests);
    ASSERT_EQ(jobs.size(), 3u);
    EXPECT_EQ(jobs[1].id(), "b");
    EXPECT_EQ(scheduler.get_jobs().size(), 3u);
    scheduler.run_until(second(10));
    EXPECT_EQ(ran.size(), 3u);
}

TEST_F(Adding, NamesATaskAfterTheIdOfAScheduledJob) {
    scheduler.start();
    int calls = 0;
    const auto function =
        scheduler.scheduled_job(interval(10s), {.id = "adding.scheduled"})([&calls] { ++calls; });
    EXPECT_EQ(scheduler.get_job("adding.scheduled").call().task(), "adding.scheduled");
    scheduler.run_until(second(10));
    EXPECT_EQ(calls, 1);
    function();
    EXPECT_EQ(calls, 2);
}

TEST_F(Adding, AScheduledJobWithoutAnIdHasNoTask) {
    scheduler.start();
    scheduler.scheduled_job(interval(10s))([] {});
    ASSERT_EQ(scheduler.get_jobs().size(), 1u);
    EXPECT_TRUE(scheduler.get_jobs()[0].call().task().empty());
}

TEST_F(Adding, ReadsATriggerWithoutAZoneInTheSchedulersZone) {
    TestingScheduler own({.timezone = "America/New_York"}, begin);
    own.start();
    EXPECT_EQ(own.add_job([] {}, cron({.hour = 9})).next_run_time(), begin + 14h);
}

TEST_F(Adding, RunsARebootJobOnceAtEachStart) {
    scheduler.add_job(note(), crontab("@reboot"), {.id = "boot"});
    scheduler.start();
    scheduler.run_for(1h);
    EXPECT_EQ(ran.size(), 1u);
    scheduler.shutdown();
    scheduler.start();
    scheduler.run_for(1h);
    EXPECT_EQ(ran.size(), 2u);
}

}  // namespace
}  // namespace punctual::testing
