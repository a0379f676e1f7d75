#pragma once
// The part of the contract for executors that run tasks, in this process or in others.

#include <punctual/task.hpp>
#include <punctual/testing/executor_contract/fixture.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace punctual::testing {

/// What tasks of the contract do: each has a name, so that it can run in another process.
namespace contract_tasks {

struct Thing {};

inline const auto answer = task("punctual.contract.answer", [] { return 42; });
inline const auto keep_output =
    task("punctual.contract.keep_output", [](RunContext& run, std::string text) {
        run.set_output("to be replaced");
        run.set_output(std::move(text));
    });
inline const auto describe_run = task("punctual.contract.describe_run", [](RunContext& run) {
    return run.job_id() + " " + std::to_string(run.run_id()) + " " + std::to_string(run.attempt()) +
           " " + format_instant(run.scheduled()) + " " + format_instant(run.due());
});
inline const auto throw_what = task("punctual.contract.throw_what", [](std::string what) {
    if (what == "exception") throw std::runtime_error("disk full");
    if (what == "text") throw std::string("some text");
    if (what == "literal") throw "a literal";
    if (what == "number") throw 7;
    throw Thing();
});
inline const auto tell_progress = task("punctual.contract.tell_progress", [](RunContext& run) {
    run.progress(0.25, "begun");
    run.progress(0.75, "nearly done");
});
inline const auto give_up =
    task("punctual.contract.give_up", [] { throw RunCancelled("half done"); });
/// Returns once it was asked to stop, by one way to hear of it or by the other.
inline const auto wait_for_stop =
    task("punctual.contract.wait_for_stop", [](RunContext& run, bool by_token) {
        const std::stop_token token = run.stop_token();
        while (by_token ? !token.stop_requested() : !run.stop_requested()) {
            std::this_thread::yield();
        }
        throw RunCancelled("heard of it");
    });
inline const auto echo = task("punctual.contract.echo", [](Value value) { return value; });

}  // namespace contract_tasks

/// For executors that run any registered task.
class TaskExecutorContract : public ExecutorFixture {};

TEST_P(TaskExecutorContract, DoesNotRefuseATask) {
    const RunTicket ticket = recorder.ticket(contract_tasks::answer());
    EXPECT_EQ(executor->refuse(ticket.job()), "");
}

TEST_P(TaskExecutorContract, KeepsTheResult) {
    submit(contract_tasks::answer());
    EXPECT_EQ(recorder.wait_for_run(1).result, Value(42));
}

TEST_P(TaskExecutorContract, HandsOverArgumentsAndResultsAsTheyAre) {
    const Value value = Value::object({{"text", "line\none \"quoted\" \u00e9\u20ac"},
                                       {"numbers", Value::array({1, -2.5, 9007199254740993})},
                                       {"nothing", nullptr},
                                       {"flag", true}});
    submit(contract_tasks::echo(value));
    EXPECT_EQ(recorder.wait_for_run(1).result, value);
}

TEST_P(TaskExecutorContract, HandsOverLongArgumentsAndResults) {
    const Value value(std::string(3'000'000, 'x'));
    for (int i = 0; i < 3; ++i) submit(contract_tasks::echo(value));
    recorder.wait_for(3);
    for (const ReportedRun& run : recorder.reported()) EXPECT_EQ(run.result, value) << run.reason;
}

TEST_P(TaskExecutorContract, KeepsTheOutput) {
    submit(contract_tasks::keep_output("three files copied"));
    EXPECT_EQ(recorder.wait_for_run(1).output, "three files copied");
}

TEST_P(TaskExecutorContract, TellsTheRunWhatItIs) {
    const Instant scheduled = Instant(std::chrono::hours(1));
    submit(contract_tasks::describe_run(), {.job_id = "report",
                                            .scheduled = scheduled,
                                            .due = scheduled + std::chrono::seconds(2),
                                            .attempt = 2});
    EXPECT_EQ(recorder.wait_for_run(1).result,
              Value("report 1 2 1970-01-01T01:00:00Z 1970-01-01T01:00:02Z"));
}

TEST_P(TaskExecutorContract, WhateverIsThrownBecomesTheReason) {
    for (const char* what : {"exception", "text", "literal", "number", "thing"}) {
        submit(contract_tasks::throw_what(what));
    }
    recorder.wait_for(5);
    EXPECT_EQ(count(RunState::failed), 5U);
    EXPECT_EQ(recorder.wait_for_run(1).reason, "disk full");
    EXPECT_EQ(recorder.wait_for_run(2).reason, "some text");
    EXPECT_EQ(recorder.wait_for_run(3).reason, "a literal");
    EXPECT_EQ(recorder.wait_for_run(4).reason, "threw the int 7");
    EXPECT_NE(recorder.wait_for_run(5).reason.find("Thing"), std::string::npos);
}

TEST_P(TaskExecutorContract, PassesOnHowFarARunIs) {
    submit(contract_tasks::tell_progress());
    const ReportedRun run = recorder.wait_for_run(1);
    EXPECT_EQ(run.progress, (RunProgress{.fraction = 0.75, .text = "nearly done"}));
}

TEST_P(TaskExecutorContract, AJobThatGivesUpOnRequestIsCancelled) {
    submit(contract_tasks::give_up());
    const ReportedRun run = recorder.wait_for_run(1);
    EXPECT_EQ(run.outcome, RunState::cancelled);
    EXPECT_EQ(run.reason, "half done");
}

/// For executors of tasks that have threads or processes of their own for them.
class ConcurrentExecutorContract : public ExecutorFixture {};

TEST_P(ConcurrentExecutorContract, ARunHearsThatItIsToStop) {
    for (const bool by_token : {false, true}) {
        submit(contract_tasks::wait_for_stop(by_token));
        const RunId run = by_token ? 2 : 1;
        recorder.request_stop(run);
        const ReportedRun report = recorder.wait_for_run(run);
        EXPECT_EQ(report.outcome, RunState::cancelled);
        // It may be asked before it begins.
        EXPECT_TRUE(report.reason == "heard of it" || report.reason == "stopped before it began")
            << report.reason;
    }
}

TEST_P(ConcurrentExecutorContract, ShutdownWithoutWaitingWaitsForARunThatHasBegun) {
    submit(contract_tasks::wait_for_stop(true));
    std::thread closing([this] { executor->shutdown(false); });
    recorder.request_stop(1);
    closing.join();
    expect_each_reported_once(1);
}

/// For executors that run registered tasks, and no callables without a name.
class NamedExecutorContract : public ExecutorFixture {};

TEST_P(NamedExecutorContract, RefusesACallableWithoutANameAndSaysWhatToDo) {
    const RunTicket ticket = recorder.ticket([] {});
    EXPECT_THAT(executor->refuse(ticket.job()), ::testing::HasSubstr("task(\"name\", "));
}

TEST_P(NamedExecutorContract, RefusesATaskThatNobodyRegistered) {
    const RunTicket ticket = recorder.ticket(call("punctual.contract.unheard_of"));
    EXPECT_THAT(executor->refuse(ticket.job()), ::testing::HasSubstr("unheard_of"));
}

TEST_P(NamedExecutorContract, ACallableWithoutANameFailsIfItIsSubmittedAllTheSame) {
    submit([] {});
    submit(GetParam().success());
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::failed);
    EXPECT_EQ(recorder.wait_for_run(2).outcome, RunState::succeeded);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TaskExecutorContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ConcurrentExecutorContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NamedExecutorContract);

}  // namespace punctual::testing
