// The verbs of a job's handle, and what lists of jobs show.

#include "scheduler_testing.hpp"

#include <sstream>

namespace punctual::testing {
namespace {

class Handle : public SchedulerTest {
protected:
    Job start_with_a_job(const JobOptions& options = {}) {
        scheduler.start();
        JobOptions named = options;
        named.id = "tick";
        return scheduler.add_job(note(), interval(10s), named);
    }
};

TEST_F(Handle, HasTheVerbsOfTheScheduler) {
    Job job = start_with_a_job();
    EXPECT_EQ(job.modify({.name = "Tick"}).name(), "Tick");
    EXPECT_EQ(job.reschedule(interval(30s)).next_run_time(), second(30));
    EXPECT_EQ(job.pause().state(), JobState::paused);
    EXPECT_EQ(job.resume().next_run_time(), second(30));
    job.run();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({0}));
    job.remove();
    EXPECT_FALSE(scheduler.find_job("tick"));
}

TEST_F(Handle, ShowsTheJobAsItWasUntilItIsRefreshed) {
    Job job = start_with_a_job();
    scheduler.run_until(second(10));
    EXPECT_EQ(job.next_run_time(), second(10));
    EXPECT_EQ(job.refresh().next_run_time(), second(20));
}

TEST_F(Handle, RefusesItsVerbsOnceTheJobIsGone) {
    Job job = start_with_a_job();
    scheduler.remove_job("tick");
    EXPECT_THROW(job.refresh(), JobLookupError);
    EXPECT_THROW(job.pause(), JobLookupError);
    EXPECT_THROW(job.modify({.name = "x"}), JobLookupError);
    EXPECT_THROW(job.remove(), JobLookupError);
}

TEST_F(Handle, WorksBeforeTheStart) {
    Job job = scheduler.add_job(note(), interval(10s), {.id = "tick"});
    EXPECT_EQ(job.modify({.name = "Tick"}).name(), "Tick");
    job.remove();
    EXPECT_FALSE(scheduler.find_job("tick"));
}

TEST_F(Handle, MeansTheJobOfItsStore) {
    scheduler.add_store("other", memory());
    start_with_a_job();
    Job other = scheduler.add_job(note(), interval(20s), {.id = "other", .store = "other"});
    other.modify({.name = "Other"});
    EXPECT_EQ(scheduler.get_job("other", "other").name(), "Other");
}

TEST_F(Handle, JobsAreListedInOrderOfTheirNextRun) {
    scheduler.start();
    scheduler.add_job(note(), interval(30s), {.id = "late"});
    scheduler.add_job(note(), interval(10s), {.id = "paused", .paused = true});
    scheduler.add_job(note(), interval(10s), {.id = "early"});
    std::vector<std::string> ids;
    for (const Job& job : scheduler.get_jobs()) ids.push_back(job.id());
    EXPECT_THAT(ids, ElementsAre("early", "late", "paused"));
}

TEST_F(Handle, JobsAreListedByStore) {
    scheduler.add_store("other", memory());
    scheduler.start();
    scheduler.add_job(note(), interval(30s), {.id = "a"});
    scheduler.add_job(note(), interval(10s), {.id = "b", .store = "other"});
    ASSERT_EQ(scheduler.get_jobs("other").size(), 1u);
    EXPECT_EQ(scheduler.get_jobs("other")[0].id(), "b");
    EXPECT_EQ(scheduler.get_jobs().size(), 2u);
}

TEST_F(Handle, ListsManyJobs) {
    scheduler.start();
    for (int i = 0; i < 5000; ++i) scheduler.add_job(note(), interval(10s));
    EXPECT_EQ(scheduler.get_jobs().size(), 5000u);
}

TEST_F(Handle, PrintsAsPeopleKnowIt) {
    scheduler.add_store("other", memory());
    start_with_a_job({.name = "Tick"});
    scheduler.add_job(note(), interval(10s), {.id = "tock", .paused = true});
    std::ostringstream out;
    scheduler.print_jobs(out);
    const std::string text = out.str();
    EXPECT_THAT(text, HasSubstr("Jobstore default:\n"));
    EXPECT_THAT(text, HasSubstr("Tick (trigger: every 10 seconds, next run at: "
                                "2025-01-01T00:00:10+00:00)"));
    EXPECT_THAT(text, HasSubstr("tock (trigger: every 10 seconds, paused)"));
    EXPECT_THAT(text, HasSubstr("Jobstore other:\n    No scheduled jobs"));
}

TEST_F(Handle, PrintsPendingJobs) {
    scheduler.add_job(note(), interval(10s), {.id = "tick"});
    std::ostringstream out;
    scheduler.print_jobs(out);
    EXPECT_THAT(out.str(), HasSubstr("Pending jobs:\n"));
    EXPECT_THAT(out.str(), HasSubstr("tick (trigger: every 10 seconds, pending)"));
}

}  // namespace
}  // namespace punctual::testing
