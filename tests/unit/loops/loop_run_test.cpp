// Runs that go on between the turns of a loop, until the test ends them.

#include "loops/loop_run.hpp"

#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

#include <thread>

#include "loops/loop_executor.hpp"
#include "unit/loops/poll_loop.hpp"

namespace punctual::testing {
namespace {

using detail::LoopExecutor;
using detail::LoopPlace;
using detail::LoopRun;

using Runs = std::vector<std::shared_ptr<LoopRun>>;

class GoingOn final : public detail::RunStarter {
public:
    explicit GoingOn(Runs& begun) : begun_(begun) {}
    bool start(RunTicket& ticket, LoopExecutor& executor) noexcept override {
        if (!ticket.may_begin()) return true;
        begun_.push_back(std::make_shared<LoopRun>(std::move(ticket), executor));
        executor.goes_on(begun_.back());
        begun_.back()->watch_stop();
        return false;
    }
    [[nodiscard]] std::size_t most_at_once() const override { return 3; }

private:
    Runs& begun_;
};

class LoopRunTest : public ::testing::Test {
protected:
    void SetUp() override {
        place->set_home();
        executor.start();
    }
    void submit(std::size_t count) {
        auto runs = recorder.tickets(count, Call([] {}));
        executor.submit(runs);
        executor.run_some();
    }

    RunRecorder recorder;
    PollLoop loop;
    std::shared_ptr<LoopPlace> place =
        std::make_shared<LoopPlace>(std::make_unique<PollEventLoop>(loop));
    Runs begun;
    LoopExecutor executor{place, std::make_unique<GoingOn>(begun)};
};

TEST_F(LoopRunTest, ReportsAtItsEnd) {
    submit(1);
    EXPECT_TRUE(recorder.reported().empty());
    begun[0]->context().set_output("halfway");
    begun[0]->finish({.result = Value(42)});
    const ReportedRun run = recorder.wait_for_run(1);
    EXPECT_EQ(run.outcome, RunState::succeeded);
    EXPECT_EQ(run.result, Value(42));
    EXPECT_EQ(run.output, "halfway");
    EXPECT_FALSE(executor.has_work());
}

TEST_F(LoopRunTest, ReportsOnce) {
    submit(1);
    begun[0]->finish({});
    begun[0]->finish({.outcome = RunState::failed});
    EXPECT_EQ(recorder.reported().size(), 1U);
}

TEST_F(LoopRunTest, SeesWhatItIs) {
    submit(2);
    EXPECT_EQ(begun[1]->context().run_id(), 2);
    EXPECT_EQ(begun[1]->context().job_id(), "job");
}

TEST_F(LoopRunTest, SeesThatItIsAskedToStop) {
    submit(1);
    const std::stop_token token = begun[0]->context().stop_token();
    EXPECT_FALSE(begun[0]->stop_requested());
    recorder.request_stop(1);
    EXPECT_TRUE(begun[0]->stop_requested());
    EXPECT_TRUE(token.stop_requested());
    begun[0]->finish({});
}

TEST_F(LoopRunTest, OnlySoManyGoOnAtOnce) {
    submit(5);
    EXPECT_EQ(begun.size(), 3U);
    EXPECT_EQ(executor.room(), 0U);
    begun[1]->finish({});
    executor.run_some();
    EXPECT_EQ(begun.size(), 4U);
    begun[0]->finish({});
    begun[2]->finish({});
    executor.run_some();
    begun[3]->finish({});
    begun[4]->finish({});
    EXPECT_EQ(recorder.reported().size(), 5U);
    EXPECT_GE(executor.room(), 1U);
}

// Who waits for room hears of it from runs that end; these do not for long.
TEST_F(LoopRunTest, LeavesItsPlaceToTheNextOne) {
    struct Sink final : detail::RunSink {
        [[nodiscard]] Instant now() noexcept override { return {}; }
        [[nodiscard]] Duration elapsed() noexcept override { return {}; }
        void finished(detail::RunSlot&) noexcept override {}
        void progressed(detail::RunSlot&, RunProgress) noexcept override {}
        void room_freed() noexcept override { ++times; }
        int times = 0;
    };
    Sink sink;
    detail::RunSlot slot(sink);
    const RunTicket other = recorder.ticket(Call([] {}));
    slot.reset({.id = 1, .job = std::make_shared<const JobDefinition>(other.job())});
    std::vector<RunTicket> runs;
    runs.emplace_back(slot);
    executor.submit(runs);
    executor.run_some();
    EXPECT_EQ(sink.times, 1);
    EXPECT_GE(executor.room(), 1U);
    executor.run_some();
    EXPECT_EQ(sink.times, 1);
    begun[0]->finish({});
}

TEST_F(LoopRunTest, ALoopThatDoesNotGoOnGivesItUp) {
    submit(4);
    executor.shutdown(true);
    const auto reports = recorder.reported();
    ASSERT_EQ(reports.size(), 4U);
    for (const ReportedRun& report : reports) {
        EXPECT_EQ(report.outcome, RunState::cancelled);
        EXPECT_EQ(report.reason, "its event loop does not run");
    }
    // What it sees of itself stays, and what it does is nobody's business.
    EXPECT_TRUE(begun[0]->context().stop_requested());
    EXPECT_EQ(begun[0]->context().job_id(), "job");
    begun[0]->context().set_output("too late");
    begun[0]->finish({});
    EXPECT_EQ(recorder.reported().size(), 4U);
}

TEST_F(LoopRunTest, WhatItDoesWhenItIsGivenUpMayAskTheExecutor) {
    submit(2);
    bool had_work = false;
    const std::stop_callback asks(begun[0]->context().stop_token(),
                                  [&] { had_work = executor.has_work(); });
    executor.shutdown(true);
    EXPECT_TRUE(had_work);
    EXPECT_FALSE(executor.has_work());
}

TEST_F(LoopRunTest, AnotherThreadWaitsForIt) {
    submit(2);
    std::thread other([&] { executor.shutdown(true); });
    begun[0]->finish({});
    begun[1]->finish({});
    other.join();
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::succeeded);
    EXPECT_EQ(recorder.wait_for_run(2).outcome, RunState::succeeded);
}

TEST_F(LoopRunTest, DoesNotWaitForItself) {
    submit(1);
    {
        const detail::ExecutingGuard guard(begun[0]->sink());
        executor.shutdown(true);
    }
    EXPECT_TRUE(recorder.reported().empty());
    begun[0]->finish({});
    EXPECT_EQ(recorder.reported().size(), 1U);
}

}  // namespace
}  // namespace punctual::testing
