#pragma once
// The contract of executors, as tests that every one of them passes. For an executor of your own:
//
//     INSTANTIATE_TEST_SUITE_P(Mine, ExecutorContract, testing::Values(ExecutorUnderTest{
//         .name = "mine", .make = [] { return make_my_executor(); }}), name_of_executor);
//     INSTANTIATE_TEST_SUITE_P(Mine, TaskExecutorContract, …);   // if it runs any task
//     INSTANTIATE_TEST_SUITE_P(Mine, CallableExecutorContract, …);   // if it runs any callable
//     INSTANTIATE_TEST_SUITE_P(Mine, NamedExecutorContract, …);   // if it runs only tasks
//     INSTANTIATE_TEST_SUITE_P(Mine, ConcurrentExecutorContract, …);   // not within `submit`
//     INSTANTIATE_TEST_SUITE_P(Mine, SequentialExecutorContract, …);   // one after another
//
// The tests wait for what has to happen, never for time to pass: what does not happen shows as a
// test that does not end.
//
// An executor that runs its tasks in other processes finds those of the contract there, if the
// program of the tests is what runs them.

#include <punctual/executors/executor.hpp>
#include <punctual/testing/executor_contract/fixture.hpp>
#include <punctual/testing/executor_contract/tasks.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

namespace punctual::testing {

/// For all executors, whatever they run.
class ExecutorContract : public ExecutorFixture {};

TEST_P(ExecutorContract, ReportsASuccess) {
    submit(GetParam().success());
    const ReportedRun run = recorder.wait_for_run(1);
    EXPECT_EQ(run.outcome, RunState::succeeded);
    EXPECT_EQ(run.reason, "");
}

TEST_P(ExecutorContract, ReportsAFailureWithItsReason) {
    submit(GetParam().failure());
    const ReportedRun run = recorder.wait_for_run(1);
    EXPECT_EQ(run.outcome, RunState::failed);
    EXPECT_NE(run.reason, "");
}

TEST_P(ExecutorContract, TellsWhenARunBeganAndEnded) {
    const Instant now = Instant(std::chrono::hours(24));
    recorder.set_now(now);
    submit(GetParam().success());
    const ReportedRun run = recorder.wait_for_run(1);
    EXPECT_EQ(run.started, now);
    EXPECT_EQ(run.finished, now);
}

TEST_P(ExecutorContract, TakesNothingFromAnEmptyBatch) {
    submit_many(0, GetParam().success());
    executor->shutdown(true);
    expect_each_reported_once(0);
}

TEST_P(ExecutorContract, LeavesTheBatchEmpty) {
    std::vector<RunTicket> tickets = recorder.tickets(3, GetParam().success());
    executor->submit(tickets);
    EXPECT_TRUE(tickets.empty());
    recorder.wait_for(3);
}

TEST_P(ExecutorContract, RunsWithinTheGraceTime) {
    recorder.set_now(Instant(std::chrono::seconds(10)));
    submit(GetParam().success(), {.misfire_grace_time = std::chrono::seconds(10)});
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::succeeded);
}

TEST_P(ExecutorContract, JudgesTheGraceTimeWhenARunBegins) {
    recorder.set_now(Instant(std::chrono::seconds(13)));
    submit(GetParam().success(), {.misfire_grace_time = std::chrono::seconds(10)});
    const ReportedRun run = recorder.wait_for_run(1);
    EXPECT_EQ(run.outcome, RunState::missed);
    EXPECT_EQ(run.reason, "missed by 13s");
}

TEST_P(ExecutorContract, DoesNotBeginARunThatWasAskedToStop) {
    std::vector<RunTicket> tickets = recorder.tickets(2, GetParam().success());
    recorder.request_stop(1);
    executor->submit(tickets);
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::cancelled);
    EXPECT_EQ(recorder.wait_for_run(2).outcome, RunState::succeeded);
}

TEST_P(ExecutorContract, AFailureDoesNotTouchTheOthers) {
    std::vector<RunTicket> tickets;
    for (int i = 0; i < 10; ++i) {
        tickets.push_back(recorder.ticket(GetParam().failure()));
        tickets.push_back(recorder.ticket(GetParam().success()));
    }
    executor->submit(tickets);
    recorder.wait_for(20);
    EXPECT_EQ(count(RunState::succeeded), 10U);
    EXPECT_EQ(count(RunState::failed), 10U);
}

TEST_P(ExecutorContract, ReportsEachOfManyRunsOnce) {
    const std::size_t many = GetParam().many;
    submit_many(many, GetParam().success());
    executor->shutdown(true);
    expect_each_reported_once(many);
    EXPECT_EQ(count(RunState::succeeded), many);
}

TEST_P(ExecutorContract, TakesRunsFromSeveralThreads) {
    const std::size_t each = GetParam().many / 10;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            submit_many(each / 2, GetParam().success());
            submit_many(each - each / 2, GetParam().success());
        });
    }
    for (std::thread& thread : threads) thread.join();
    executor->shutdown(true);
    expect_each_reported_once(4 * each);
    EXPECT_EQ(count(RunState::succeeded), 4 * each);
}

TEST_P(ExecutorContract, HasRoomWhenNothingRuns) {
    EXPECT_GE(executor->room(), 1U);
    submit(GetParam().success());
    recorder.wait_for(1);
    EXPECT_GE(executor->room(), 1U);
}

// The engine looks at the room after a report and then waits for the next one.
TEST_P(ExecutorContract, HasRoomAgainAsSoonAsARunIsReported) {
    for (std::size_t i = 1; i <= 100; ++i) {
        submit(GetParam().success());
        recorder.wait_for(i);
        ASSERT_GE(executor->room(), 1U) << "after run " << i;
    }
}

TEST_P(ExecutorContract, ShutdownWithWaitingRunsAllThatWasSubmitted) {
    submit_many(100, GetParam().success());
    executor->shutdown(true);
    EXPECT_EQ(count(RunState::succeeded), 100U);
}

TEST_P(ExecutorContract, ShutdownWithoutWaitingReportsEachRunOnce) {
    submit_many(100, GetParam().success());
    executor->shutdown(false);
    expect_each_reported_once(100);
    EXPECT_EQ(count(RunState::succeeded) + count(RunState::cancelled), 100U);
}

TEST_P(ExecutorContract, ShutdownTwiceIsNoError) {
    submit(GetParam().success());
    executor->shutdown(true);
    executor->shutdown(true);
    executor->shutdown(false);
    expect_each_reported_once(1);
}

TEST_P(ExecutorContract, CancelsWhatComesAfterShutdown) {
    executor->shutdown(true);
    submit(GetParam().success());
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::cancelled);
}

TEST_P(ExecutorContract, DestructionReportsWhatItStillHolds) {
    submit_many(100, GetParam().success());
    executor.reset();
    expect_each_reported_once(100);
}

TEST_P(ExecutorContract, MayBeDestroyedWithoutAStart) {
    EXPECT_NO_THROW(GetParam().make().reset());
}

TEST_P(ExecutorContract, RunsTheCallsThatItDoesNotRefuse) {
    const RunTicket ticket = recorder.ticket(GetParam().success());
    EXPECT_EQ(executor->refuse(ticket.job()), "");
}

/// For executors that run any callable in this process.
class CallableExecutorContract : public ExecutorFixture {};

TEST_P(CallableExecutorContract, ARunMaySubmitMore) {
    submit(Call([this] { submit_many(100, GetParam().success()); }));
    recorder.wait_for(101);
    executor->shutdown(true);
    expect_each_reported_once(101);
}

TEST_P(CallableExecutorContract, ARunMayShutItDown) {
    submit(Call([this] { executor->shutdown(true); }));
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::succeeded);
    executor->shutdown(true);
    expect_each_reported_once(1);
}

TEST_P(CallableExecutorContract, ARunMayShutItDownWithoutWaiting) {
    std::vector<RunTicket> tickets;
    tickets.push_back(recorder.ticket(Call([this] { executor->shutdown(false); })));
    tickets.push_back(recorder.ticket(GetParam().success()));
    executor->submit(tickets);
    executor->shutdown(true);
    expect_each_reported_once(2);
}

/// For executors of callables that do one run after another.
class SequentialExecutorContract : public ExecutorFixture {};

TEST_P(SequentialExecutorContract, BeginsInTheOrderOfSubmission) {
    submit_many(100, GetParam().success());
    submit_many(100, GetParam().success());
    executor->shutdown(true);
    expect_each_reported_once(200);
    EXPECT_TRUE(std::ranges::is_sorted(recorder.reported(), {}, &ReportedRun::id));
}

TEST_P(SequentialExecutorContract, ARunThatShutsItDownWithoutWaitingIsTheLast) {
    std::vector<RunTicket> tickets;
    tickets.push_back(recorder.ticket(Call([this] { executor->shutdown(false); })));
    tickets.push_back(recorder.ticket(GetParam().success()));
    executor->submit(tickets);
    executor->shutdown(true);
    expect_each_reported_once(2);
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::succeeded);
    EXPECT_EQ(recorder.wait_for_run(2).outcome, RunState::cancelled);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExecutorContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CallableExecutorContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SequentialExecutorContract);

}  // namespace punctual::testing
