// The rules of deciding, one by one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <punctual/triggers/crontab.hpp>
#include <punctual/triggers/date.hpp>

#include "decide_testing.hpp"

namespace punctual::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Decide, RunsTheInstantThatIsDue) {
    const JobRecord job = make_job(interval(10s));
    const Decision decision = decide_at(job, second(10));
    ASSERT_EQ(decision.runs.size(), 1u);
    EXPECT_EQ(decision.runs[0].scheduled, second(10));
    EXPECT_EQ(decision.runs[0].due, second(10));
    EXPECT_THAT(decision.not_run, IsEmpty());
    EXPECT_EQ(decision.next_run_time, second(20));
    EXPECT_EQ(decision.due, second(20));
    EXPECT_EQ(decision.last_run_time, second(10));
    EXPECT_EQ(decision.state, JobState::active);
}

TEST(Decide, GivesTheSameAnswerWhenAskedAgain) {
    const JobRecord job = make_job(interval(10s));
    detail::DueDecider decider;
    decider.begin(second(35));
    Decision first;
    Decision again;
    decider.decide(job, first);
    decider.decide(job, again);
    EXPECT_EQ(first.runs.size(), again.runs.size());
    EXPECT_EQ(first.runs[0].scheduled, again.runs[0].scheduled);
    EXPECT_EQ(first.not_run.size(), again.not_run.size());
    EXPECT_EQ(first.next_run_time, again.next_run_time);
}

TEST(Decide, CoalescesToTheLatest) {
    const Decision decision = decide_at(make_job(interval(10s)), second(45));
    ASSERT_EQ(decision.runs.size(), 1u);
    EXPECT_EQ(decision.runs[0].scheduled, second(40));
    ASSERT_EQ(decision.not_run.size(), 1u);
    EXPECT_EQ(decision.not_run[0].first, second(10));
    EXPECT_EQ(decision.not_run[0].last, second(30));
    EXPECT_EQ(decision.not_run[0].count, 3);
    EXPECT_EQ(decision.not_run[0].outcome, RunState::skipped);
    EXPECT_EQ(decision.not_run[0].cause, NotRunCause::coalesced);
    EXPECT_EQ(decision.next_run_time, second(50));
}

TEST(Decide, RunsAtTheVeryEndOfTheGrace) {
    const JobRecord job = make_job(interval(10s), {.misfire_grace_time = 3s});
    EXPECT_EQ(decide_at(job, second(13)).runs.size(), 1u);
    const Decision late = decide_at(job, second(13) + 1us);
    EXPECT_THAT(late.runs, IsEmpty());
    ASSERT_EQ(late.not_run.size(), 1u);
    EXPECT_EQ(late.not_run[0].cause, NotRunCause::missed);
    EXPECT_EQ(late.not_run[0].outcome, RunState::missed);
    EXPECT_THAT(late.not_run[0].reason, HasSubstr("missed by"));
}

TEST(Decide, EndsWithTheLastInstantOfTheTrigger) {
    const Decision decision = decide_at(make_job(at(second(10))), second(10));
    EXPECT_EQ(decision.runs.size(), 1u);
    EXPECT_EQ(decision.state, JobState::ended);
    EXPECT_EQ(decision.next_run_time, never);
    EXPECT_EQ(decision.due, never);
}

TEST(Decide, EndsWhenTheLastInstantsAreMissed) {
    const Decision decision =
        decide_at(make_job(at(second(10)), {.misfire_grace_time = 1s}), second(20));
    EXPECT_THAT(decision.runs, IsEmpty());
    EXPECT_EQ(decision.not_run.size(), 1u);
    EXPECT_EQ(decision.state, JobState::ended);
}

TEST(Decide, PutsAllOnRecordWhenMaxInstancesAreRunning) {
    JobRecord job = make_job(interval(10s), {.max_instances = 2});
    job.running = 2;
    const Decision decision = decide_at(job, second(25));
    EXPECT_THAT(decision.runs, IsEmpty());
    ASSERT_EQ(decision.not_run.size(), 1u);
    EXPECT_EQ(decision.not_run[0].count, 2);
    EXPECT_EQ(decision.not_run[0].cause, NotRunCause::max_instances);
    EXPECT_EQ(decision.not_run[0].outcome, RunState::skipped);
    EXPECT_THAT(decision.not_run[0].reason, HasSubstr("max_instances (2)"));
}

TEST(Decide, CatchesUpTheNewestInOrder) {
    const JobRecord job = make_job(interval(10s), {.max_catch_up = 2, .coalesce = false});
    const Decision decision = decide_at(job, second(40));
    ASSERT_EQ(decision.runs.size(), 2u);
    EXPECT_EQ(decision.runs[0].scheduled, second(30));
    EXPECT_EQ(decision.runs[1].scheduled, second(40));
    ASSERT_EQ(decision.not_run.size(), 1u);
    EXPECT_EQ(decision.not_run[0].cause, NotRunCause::max_catch_up);
    EXPECT_EQ(decision.not_run[0].count, 2);
}

TEST(Decide, RunsANextRunTimeThatTheTriggerDoesNotName) {
    JobRecord job = make_job(interval(10s), {.coalesce = false});
    job.next_run_time = job.due = second(3);
    const Decision decision = decide_at(job, second(10));
    ASSERT_EQ(decision.runs.size(), 2u);
    EXPECT_EQ(decision.runs[0].scheduled, second(3));
    EXPECT_EQ(decision.runs[1].scheduled, second(10));
}

TEST(Decide, LeavesOutAnInstantWhoseJitterIsStillRunning) {
    const JobRecord job = make_job(interval(1h, {.jitter = 30min}));
    const Instant due = job.definition->trigger.due("job", begin + 1h);
    ASSERT_GT(due, begin + 1h);
    EXPECT_EQ(job.due, due);
    const Instant second_due = job.definition->trigger.due("job", begin + 2h);
    ASSERT_GT(second_due, begin + 2h);
    const Decision decision = decide_at(job, second_due - 1us);
    ASSERT_EQ(decision.runs.size(), 1u);
    EXPECT_EQ(decision.runs[0].scheduled, begin + 1h);
    EXPECT_EQ(decision.runs[0].due, due);
    EXPECT_EQ(decision.next_run_time, begin + 2h);
    EXPECT_EQ(decision.due, second_due);
}

TEST(Decide, SetsAJobAsideThatThisProcessCannotRun) {
    const JobRecord job = make_job(interval(10s), {}, call("decide.unknown"));
    detail::DueDecider decider;
    decider.begin(second(10));
    Decision decision;
    decider.decide(job, decision);
    EXPECT_THAT(decision.runs, IsEmpty());
    EXPECT_THAT(decision.not_run, IsEmpty());
    EXPECT_EQ(decision.next_run_time, second(10)) << "its instant is not dealt with";
    EXPECT_EQ(decision.due, second(70)) << "it is tried again in a minute";
    ASSERT_EQ(decider.set_aside().size(), 1u);
    EXPECT_THAT(decider.set_aside()[0].reason, HasSubstr("decide.unknown"));
}

struct Unruly {
    [[nodiscard]] std::optional<Instant> next(Instant after) const {
        if (after >= second(10)) throw std::runtime_error("no calendar");
        return second(10);
    }
    [[nodiscard]] std::optional<Instant> previous(Instant) const {
        throw std::runtime_error("no calendar");
    }
};

TEST(Decide, SetsAJobAsideWhoseTriggerThrows) {
    const JobRecord job = make_job(Unruly{});
    detail::DueDecider decider;
    decider.begin(second(30));
    Decision decision;
    EXPECT_NO_THROW(decider.decide(job, decision));
    EXPECT_THAT(decision.runs, IsEmpty());
    EXPECT_EQ(decision.due, second(90));
    ASSERT_EQ(decider.set_aside().size(), 1u);
    EXPECT_THAT(decider.set_aside()[0].reason, HasSubstr("no calendar"));
}

TEST(Decide, WorksOutAYearOfDowntimeWithoutWalkingThroughIt) {
    const JobRecord job = make_job(interval(1us), {.coalesce = false});
    const Decision decision = decide_at(job, begin + std::chrono::days(365));
    EXPECT_EQ(decision.runs.size(), 100u);
    ASSERT_EQ(decision.not_run.size(), 1u);
    EXPECT_EQ(decision.not_run[0].count + 100, 365LL * 86'400 * 1'000'000);
}

TEST(Decide, CountsTheInstantsOfAPause) {
    JobRecord job = make_job(interval(10s));
    job.state = JobState::paused;
    job.next_run_time = job.due = never;
    const auto paused = detail::instants_of_pause(job, second(35));
    ASSERT_TRUE(paused);
    EXPECT_EQ(paused->first, second(10));
    EXPECT_EQ(paused->last, second(30));
    EXPECT_EQ(paused->count, 3);
    EXPECT_EQ(paused->cause, NotRunCause::paused);
    EXPECT_FALSE(detail::instants_of_pause(job, second(9)));
}

}  // namespace
}  // namespace punctual::testing
