// The executor of event loops, in a loop of its own thread.

#include "loops/loop_executor.hpp"

#include <punctual/testing/executor_contract.hpp>

#include <atomic>
#include <thread>

#include "unit/loops/poll_loop.hpp"

namespace punctual::testing {
namespace {

using detail::LoopExecutor;
using detail::LoopPlace;

class InALoop final : public Executor, private LoopTurns {
public:
    InALoop() {
        place_->loop().watch(place_->signal().descriptor(), *this);
        thread_ = std::thread([this] { loop_.run(); });
    }
    InALoop(const InALoop&) = delete;
    InALoop& operator=(const InALoop&) = delete;
    ~InALoop() override {
        executor_.shutdown(false);
        ending_ = true;
        place_->wake();
        thread_.join();
    }
    void start() override { executor_.start(); }
    [[nodiscard]] std::size_t room() const override { return executor_.room(); }
    void submit(std::vector<RunTicket>& runs) override { executor_.submit(runs); }
    void shutdown(bool wait) override { executor_.shutdown(wait); }

private:
    void turn() noexcept override {
        place_->begin_turn();
        const bool more = executor_.run_some();
        place_->signal().set(more ? Instant::min() : Instant::max());
        place_->end_turn();
        if (ending_) loop_.quit();
    }

    PollLoop loop_;
    std::shared_ptr<LoopPlace> place_ =
        std::make_shared<LoopPlace>(std::make_unique<PollEventLoop>(loop_));
    LoopExecutor executor_{place_};
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

const ExecutorUnderTest in_a_loop{.name = "in_a_loop", .make = []() -> std::shared_ptr<Executor> {
                                      return std::make_shared<InALoop>();
                                  }};

INSTANTIATE_TEST_SUITE_P(Loop, ExecutorContract, ::testing::Values(in_a_loop), name_of_executor);
INSTANTIATE_TEST_SUITE_P(Loop, CallableExecutorContract, ::testing::Values(in_a_loop),
                         name_of_executor);
INSTANTIATE_TEST_SUITE_P(Loop, SequentialExecutorContract, ::testing::Values(in_a_loop),
                         name_of_executor);

/// An executor whose turns the test makes.
class LoopExecutorTest : public ::testing::Test {
protected:
    void SetUp() override {
        place->set_home();
        executor.start();
    }

    RunRecorder recorder;
    PollLoop loop;
    std::shared_ptr<LoopPlace> place =
        std::make_shared<LoopPlace>(std::make_unique<PollEventLoop>(loop));
    LoopExecutor executor{place};
};

TEST_F(LoopExecutorTest, DoesABoundedPartATurn) {
    auto runs = recorder.tickets(10'000, Call([] {}));
    executor.submit(runs);
    int turns = 1;
    while (executor.run_some()) ++turns;
    EXPECT_GE(turns, 10);
    EXPECT_EQ(recorder.reported().size(), 10'000U);
}

TEST_F(LoopExecutorTest, StartsAgain) {
    executor.shutdown(true);
    executor.start();
    auto runs = recorder.tickets(1, Call([] {}));
    executor.submit(runs);
    EXPECT_FALSE(executor.run_some());
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::succeeded);
}

TEST_F(LoopExecutorTest, AnotherThreadEndsWhatWasAskedToStopWithoutTheLoop) {
    auto runs = recorder.tickets(2, Call([] {}));
    recorder.request_stop(1);
    recorder.request_stop(2);
    executor.submit(runs);
    std::thread([&] { executor.shutdown(true); }).join();
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::cancelled);
    EXPECT_EQ(recorder.wait_for_run(2).reason, "stopped before it began");
}

TEST_F(LoopExecutorTest, ARunMayRunTheLoopFromWithin) {
    int inner = 0;
    std::vector<RunTicket> runs;
    runs.push_back(recorder.ticket(Call([&] {
        while (executor.run_some()) continue;
        EXPECT_EQ(inner, 1);
    })));
    runs.push_back(recorder.ticket(Call([&] { ++inner; })));
    executor.submit(runs);
    while (executor.run_some()) continue;
    EXPECT_EQ(recorder.reported().size(), 2U);
    EXPECT_GE(executor.room(), 1U);
}

}  // namespace
}  // namespace punctual::testing
