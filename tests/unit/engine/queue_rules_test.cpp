// What waits within a job: who waits, who is dropped, whose turn it is.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide_testing.hpp"

namespace punctual::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Due each 10 s, with all its instances running.
[[nodiscard]] JobRecord full_job(JobSettings settings) {
    const int most = settings.max_instances;
    JobRecord job = make_job(interval(10s), std::move(settings));
    job.running = most;
    return job;
}

[[nodiscard]] QueuedRun waiting(int seconds, int attempt = 1) {
    return {.scheduled = second(seconds), .due = second(seconds), .attempt = attempt};
}

[[nodiscard]] std::vector<Instant> scheduled(const auto& runs) {
    std::vector<Instant> instants;
    for (const auto& run : runs) instants.push_back(run.scheduled);
    return instants;
}

TEST(QueueRules, AnInstantThatFindsNoRoomWaits) {
    const JobRecord job = full_job({.at_max_instances = AtMaxInstances::queue});
    const Decision decision = decide_at(job, second(10));
    EXPECT_THAT(decision.runs, IsEmpty());
    EXPECT_THAT(decision.not_run, IsEmpty());
    EXPECT_THAT(scheduled(decision.queued), ElementsAre(second(10)));
    EXPECT_EQ(decision.due, second(20));
}

TEST(QueueRules, OverdueInstantsWaitOneByOne) {
    const JobRecord job = full_job({.coalesce = false, .at_max_instances = AtMaxInstances::queue});
    const Decision decision = decide_at(job, second(35));
    EXPECT_THAT(scheduled(decision.queued), ElementsAre(second(10), second(20), second(30)));
}

TEST(QueueRules, CoalescedInstantsWaitAsOne) {
    const JobRecord job = full_job({.at_max_instances = AtMaxInstances::queue});
    const Decision decision = decide_at(job, second(35));
    EXPECT_THAT(scheduled(decision.queued), ElementsAre(second(30)));
    ASSERT_EQ(decision.not_run.size(), 1u);
    EXPECT_EQ(decision.not_run[0].count, 2);
    EXPECT_EQ(decision.not_run[0].reason, "coalesced");
}

TEST(QueueRules, NoMoreThanMaxQueuedWait) {
    JobRecord job = full_job({.at_max_instances = AtMaxInstances::queue, .max_queued = 2});
    job.next_run_time = second(30);
    job.queued = {waiting(10), waiting(20)};
    const Decision decision = decide_at(job, second(30));
    EXPECT_THAT(scheduled(decision.queued), ElementsAre(second(10), second(20)));
    ASSERT_EQ(decision.not_run.size(), 1u);
    EXPECT_EQ(decision.not_run[0].first, second(30));
    EXPECT_EQ(decision.not_run[0].reason, "max_queued (2) reached");
    EXPECT_EQ(decision.not_run[0].outcome, RunState::skipped);
}

TEST(QueueRules, RetriesDoNotCountAmongThose) {
    JobRecord job = full_job({.at_max_instances = AtMaxInstances::queue, .max_queued = 1});
    job.queued = {waiting(5, 2)};
    const Decision decision = decide_at(job, second(10));
    EXPECT_THAT(scheduled(decision.queued), ElementsAre(second(5), second(10)));
}

TEST(QueueRules, TheOldestHasItsTurnFirst) {
    JobRecord job = full_job({.at_max_instances = AtMaxInstances::queue});
    job.running = 0;
    job.next_run_time = second(30);
    job.queued = {waiting(10), waiting(20)};
    const Decision decision = decide_at(job, second(30));
    EXPECT_THAT(scheduled(decision.runs), ElementsAre(second(10)));
    EXPECT_THAT(scheduled(decision.queued), ElementsAre(second(20), second(30)));
    EXPECT_EQ(decision.due, second(40));
}

TEST(QueueRules, WithRoomForMoreTheJobStaysDue) {
    JobRecord job = full_job({.max_instances = 3, .at_max_instances = AtMaxInstances::queue});
    job.running = 1;
    job.next_run_time = second(40);
    job.queued = {waiting(10), waiting(20)};
    const Decision decision = decide_at(job, second(35));
    EXPECT_THAT(scheduled(decision.runs), ElementsAre(second(10)));
    EXPECT_EQ(decision.due, second(20));
    EXPECT_EQ(decision.next_run_time, second(40));
}

TEST(QueueRules, ARetryDoesNotTakeTheTurnOfAnInstant) {
    JobRecord job = make_job(interval(10s));
    job.queued = {waiting(5, 2)};
    const Decision decision = decide_at(job, second(10));
    EXPECT_THAT(scheduled(decision.runs), ElementsAre(second(10)));
    EXPECT_THAT(scheduled(decision.queued), ElementsAre(second(5)));
}

TEST(QueueRules, ARetryKeepsItsAttemptAndTheSchedule) {
    JobRecord job = make_job(interval(10s));
    job.queued = {waiting(5, 3)};
    const Decision decision = decide_at(job, second(6));
    ASSERT_EQ(decision.runs.size(), 1u);
    EXPECT_EQ(decision.runs[0].attempt, 3);
    EXPECT_EQ(decision.next_run_time, second(10));
    EXPECT_EQ(decision.due, second(10));
    EXPECT_EQ(decision.last_run_time, job.last_run_time);
}

TEST(QueueRules, WhatIsNotDueYetMakesTheJobDueThen) {
    JobRecord job = make_job(interval(1h));
    job.queued = {waiting(500, 2)};
    EXPECT_EQ(decide_at(job, second(10)).due, second(500));
}

TEST(QueueRules, AFullJobIsNotDueForWhatWaits) {
    JobRecord job = full_job({});
    job.next_run_time = second(20);
    job.queued = {waiting(5, 2), waiting(15, 2)};
    EXPECT_EQ(decide_at(job, second(10)).due, second(15));
    EXPECT_EQ(decide_at(job, second(16)).due, second(20));
}

TEST(QueueRules, OfThoseThatReplaceTheNewestStays) {
    JobRecord job = full_job({.at_max_instances = AtMaxInstances::replace});
    job.generation = 7;
    job.queued = {waiting(5), waiting(8, 2)};
    detail::DueDecider decider;
    decider.begin(second(10));
    Decision decision;
    decider.decide(job, decision);
    EXPECT_THAT(scheduled(decision.queued), ElementsAre(second(8), second(10)));
    ASSERT_EQ(decision.not_run.size(), 1u);
    EXPECT_EQ(decision.not_run[0].first, second(5));
    EXPECT_EQ(decision.not_run[0].reason, "replaced by a newer run");
    EXPECT_THAT(decider.replaced(), ElementsAre(7));
}

TEST(QueueRules, WithRoomNothingIsReplaced) {
    const JobRecord job = make_job(interval(10s), {.at_max_instances = AtMaxInstances::replace});
    detail::DueDecider decider;
    decider.begin(second(10));
    Decision decision;
    decider.decide(job, decision);
    EXPECT_THAT(scheduled(decision.runs), ElementsAre(second(10)));
    EXPECT_THAT(decider.replaced(), IsEmpty());
}

TEST(QueueRules, ARunThatOthersAskForIsSkippedAtMaxInstances) {
    JobRecord job = full_job({});
    job.next_run_time = never;
    job.queued = {waiting(5)};
    const Decision decision = decide_at(job, second(6));
    EXPECT_THAT(decision.queued, IsEmpty());
    ASSERT_EQ(decision.not_run.size(), 1u);
    EXPECT_EQ(decision.not_run[0].reason, "max_instances (1) reached");
}

}  // namespace
}  // namespace punctual::testing
