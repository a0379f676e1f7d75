// What jobs may do, and what becomes of them.

#include "scheduler_testing.hpp"

#include <stdexcept>
#include <thread>
#include <vector>

namespace punctual::testing {
namespace {

class Running : public SchedulerTest {
protected:
    /// Runs `call` once; the record of it.
    [[nodiscard]] RunRecord record_of(const Call& call, JobOptions options = {}) {
        scheduler.start();
        options.id = "job";
        scheduler.add_job(call, at(second(10)), std::move(options));
        scheduler.run_until(second(10));
        const auto recorded = records("job");
        EXPECT_EQ(recorded.size(), 1u);
        return recorded.empty() ? RunRecord{} : recorded.front();
    }
};

const auto say_result = [] { return std::string("result"); };

TEST_F(Running, ASuccessIsOnRecordWithItsOutput) {
    const RunRecord record = record_of([](RunContext& run) {
        run.set_output("first");
        run.set_output("done");
    });
    EXPECT_EQ(record.state, RunState::succeeded);
    EXPECT_EQ(record.output, "done");
    EXPECT_TRUE(record.result.is_null());
    EXPECT_EQ(record.started, second(10));
    EXPECT_EQ(record.reason, "");
}

// At its best under a thread sanitizer.
TEST_F(Running, ThreadsOfAJobMaySetItsOutput) {
    const RunRecord record = record_of([](RunContext& run) {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 2; ++i) threads.emplace_back([&run] { run.set_output("some"); });
    });
    EXPECT_EQ(record.output, "some");
}

TEST_F(Running, AResultIsOnRecordWhereItIsAskedFor) {
    EXPECT_EQ(record_of(say_result, {.keep_result = true}).result, Value("result"));
}

TEST_F(Running, AResultIsAskedForByADefaultOfTheScheduler) {
    scheduler.configure({.job_defaults = {.keep_result = true}});
    EXPECT_EQ(record_of(say_result).result, Value("result"));
}

TEST_F(Running, AResultIsAskedForByAChange) {
    scheduler.start();
    Job job = scheduler.add_job(say_result, interval(10s), {.id = "job"});
    scheduler.run_until(second(10));
    job.modify({.keep_result = true});
    scheduler.run_until(second(20));
    const auto recorded = records("job");
    ASSERT_EQ(recorded.size(), 2u);
    EXPECT_TRUE(recorded[0].result.is_null());
    EXPECT_EQ(recorded[1].result, Value("result"));
}

TEST_F(Running, AResultThatIsNotKeptIsInTheEventAlone) {
    Value told;
    scheduler.on<JobExecuted>([&](const JobExecuted& event) { told = event.result; });
    EXPECT_TRUE(record_of(say_result).result.is_null());
    EXPECT_EQ(told, Value("result"));
}

TEST_F(Running, AnExceptionIsAFailureWithItsText) {
    const RunRecord record = record_of([] { throw std::runtime_error("disk full"); });
    EXPECT_EQ(record.state, RunState::failed);
    EXPECT_THAT(record.reason, HasSubstr("disk full"));
    const auto errors = events.of(EventType::job_error);
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0].reason, record.reason);
}

TEST_F(Running, WhatIsNoExceptionIsAFailureToo) {
    const RunRecord record = record_of([] { throw 42; });
    EXPECT_EQ(record.state, RunState::failed);
    EXPECT_FALSE(record.reason.empty());
}

TEST_F(Running, ThrownTextIsTheReason) {
    EXPECT_THAT(record_of([] { throw "plain text"; }).reason, HasSubstr("plain text"));
}

TEST_F(Running, AReasonIsOneLine) {
    const RunRecord record = record_of([] { throw std::runtime_error("two\nlines"); });
    EXPECT_EQ(record.reason.find('\n'), std::string::npos);
}

TEST_F(Running, GivingUpOnRequestIsACancellation) {
    const RunRecord record = record_of([] { throw RunCancelled("enough"); });
    EXPECT_EQ(record.state, RunState::cancelled);
    EXPECT_THAT(record.reason, HasSubstr("enough"));
    EXPECT_EQ(events.count(EventType::job_cancelled), 1u);
}

TEST_F(Running, AFailureDoesNotEndTheJob) {
    scheduler.start();
    scheduler.add_job(
        [&](RunContext& run) {
            ran.push_back(run.scheduled());
            throw std::runtime_error("again");
        },
        interval(10s));
    scheduler.run_until(second(30));
    EXPECT_EQ(ran, seconds({10, 20, 30}));
}

TEST_F(Running, AFailureDoesNotTouchTheJobsBesideIt) {
    scheduler.start();
    scheduler.add_job([] { throw 1; }, interval(10s));
    scheduler.add_job(note(), interval(10s));
    scheduler.add_job([] { throw 2; }, interval(10s));
    scheduler.run_until(second(20));
    EXPECT_EQ(ran, seconds({10, 20}));
    EXPECT_EQ(events.count(EventType::job_error), 4u);
}

TEST_F(Running, AJobKnowsItsRun) {
    scheduler.start();
    std::string id;
    Instant scheduled;
    int attempt = 0;
    RunId run_id = 0;
    scheduler.add_job(
        [&](RunContext& run) {
            id = run.job_id();
            scheduled = run.scheduled();
            attempt = run.attempt();
            run_id = run.run_id();
            EXPECT_FALSE(run.stop_requested());
            EXPECT_EQ(run.due(), run.scheduled());
        },
        interval(10s), {.id = "curious"});
    scheduler.run_until(second(10));
    EXPECT_EQ(id, "curious");
    EXPECT_EQ(scheduled, second(10));
    EXPECT_EQ(attempt, 1);
    EXPECT_EQ(run_id, records("curious").at(0).id);
}

TEST_F(Running, AJobMayTakeAStopToken) {
    scheduler.start();
    bool stoppable = false;
    scheduler.add_job([&](std::stop_token token) { stoppable = token.stop_possible(); });
    scheduler.run_pending();
    EXPECT_TRUE(stoppable);
}

TEST_F(Running, AJobMayAddJobs) {
    scheduler.start();
    scheduler.add_job([&] { scheduler.add_job(note(), interval(10s), {.id = "child"}); },
                      at(second(10)));
    scheduler.run_until(second(30));
    EXPECT_EQ(ran, seconds({20, 30}));
}

TEST_F(Running, AJobMayRemoveItself) {
    scheduler.start();
    scheduler.add_job(
        [&](RunContext& run) {
            ran.push_back(run.scheduled());
            scheduler.remove_job(run.job_id());
        },
        interval(10s), {.id = "brief"});
    scheduler.run_until(second(60));
    EXPECT_EQ(ran, seconds({10}));
    EXPECT_FALSE(scheduler.find_job("brief"));
    EXPECT_EQ(records("brief").at(0).state, RunState::succeeded);
}

TEST_F(Running, AJobMayPauseAndRescheduleItself) {
    scheduler.start();
    scheduler.add_job(
        [&](RunContext& run) {
            ran.push_back(run.scheduled());
            scheduler.reschedule_job(run.job_id(), interval(30s));
        },
        interval(10s), {.id = "slower"});
    scheduler.run_until(second(70));
    EXPECT_EQ(ran, seconds({10, 40, 70}));
}

TEST_F(Running, AJobMayShutTheSchedulerDown) {
    scheduler.start();
    scheduler.add_job(
        [&](RunContext& run) {
            ran.push_back(run.scheduled());
            scheduler.shutdown();
        },
        interval(10s));
    scheduler.run_until(second(60));
    scheduler.shutdown();  // waits for the one under way
    EXPECT_EQ(scheduler.state(), SchedulerState::stopped);
    EXPECT_EQ(ran, seconds({10}));
    scheduler.start();
    scheduler.run_until(second(60));
    EXPECT_EQ(ran, seconds({10, 60})) << "the instants of the stop are caught up, coalesced";
}

TEST_F(Running, RunsANamedTaskWithItsArguments) {
    static std::vector<std::string> sent;
    const auto send = task("running.send", [](const std::string& to, int copies) {
        for (int copy = 0; copy < copies; ++copy) sent.push_back(to);
    });
    scheduler.start();
    const Job job = scheduler.add_job(send("ops", 2), {.id = "send"});
    EXPECT_EQ(job.name(), "running.send");
    EXPECT_EQ(job.call().task(), "running.send");
    EXPECT_EQ(job.call().arguments().to_json(), R"(["ops",2])");
    scheduler.run_pending();
    EXPECT_THAT(sent, ElementsAre("ops", "ops"));
}

TEST_F(Running, AStopTokenIsNoArgumentOfATask) {
    const auto wait = task("running.wait", [this](const std::stop_token& token, int count) {
        if (token.stop_possible() && count == 7) ran.push_back(scheduler.now());
    });
    scheduler.start();
    EXPECT_EQ(scheduler.add_job(wait(7)).call().arguments().to_json(), "[7]");
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({0}));
}

TEST_F(Running, SetsAJobAsideWhoseTaskIsUnknown) {
    scheduler.start();
    scheduler.add_job(call("running.unknown", 1), interval(10s), {.id = "stranger"});
    scheduler.add_job(note(), interval(10s), {.id = "friend"});
    scheduler.run_until(second(10));
    EXPECT_EQ(ran, seconds({10})) << "the other job runs";
    const auto faults = events.of(EventType::job_faulty);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].name, "stranger");
    EXPECT_THAT(faults[0].reason, HasSubstr("running.unknown"));
    EXPECT_FALSE(scheduler.get_job("stranger").fault().empty());
    const auto late = task("running.unknown", [&](int) { ran.push_back(scheduler.now()); });
    scheduler.run_until(second(80));
    EXPECT_FALSE(std::ranges::find(ran, second(70)) == ran.end())
        << "it is tried again a minute later";
}

}  // namespace
}  // namespace punctual::testing
