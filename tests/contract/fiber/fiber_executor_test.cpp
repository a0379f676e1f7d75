// Runs as fibers, in a thread of their own.

#include <punctual/testing/executor_contract.hpp>

#include <boost/fiber/operations.hpp>

#include <latch>
#include <thread>

#include "loops/fiber/fiber_loop.hpp"
#include "loops/fiber/fiber_starter.hpp"
#include "loops/loop_executor.hpp"

namespace punctual::testing {
namespace {

using detail::FiberBell;
using detail::LoopPlace;

class InFibers final : public Executor, private LoopTurns {
public:
    InFibers() {
        thread_ = std::thread([this] {
            place_->loop().watch(place_->signal().descriptor(), *this);
            ending_.wait();
            place_->loop().unwatch();
            // Who rings is inside of this thread's fibers until it has.
            rung_.wait();
        });
    }
    InFibers(const InFibers&) = delete;
    InFibers& operator=(const InFibers&) = delete;
    ~InFibers() override {
        executor_.shutdown(false);
        ending_.ring();
        rung_.count_down();
        thread_.join();
    }
    void start() override { executor_.start(); }
    [[nodiscard]] std::size_t room() const override { return executor_.room(); }
    void submit(std::vector<RunTicket>& runs) override { executor_.submit(runs); }
    void shutdown(bool wait) override { executor_.shutdown(wait); }

private:
    void turn() noexcept override {
        place_->begin_turn();
        place_->signal().set(executor_.run_some() ? Instant::min() : Instant::max());
        place_->end_turn();
    }

    FiberBell ending_;
    std::latch rung_{1};
    std::shared_ptr<FiberBell> ended_ = std::make_shared<FiberBell>();
    std::shared_ptr<LoopPlace> place_ =
        std::make_shared<LoopPlace>(std::make_unique<detail::FiberLoop>(ended_));
    detail::LoopExecutor executor_{place_, std::make_unique<detail::FiberStarter>(ended_, 100)};
    std::thread thread_;
};

std::shared_ptr<Executor> make() {
    return std::make_shared<InFibers>();
}

TEST(FiberStarter, AFiberThatIsAskedToStopBeforeItBeganDoesNotBegin) {
    const auto ended = std::make_shared<FiberBell>();
    const auto place = std::make_shared<LoopPlace>(std::make_unique<detail::FiberLoop>(ended));
    detail::LoopExecutor executor(place, std::make_unique<detail::FiberStarter>(ended, 1));
    place->set_home();
    RunRecorder recorder;
    bool begun = false;
    auto runs = recorder.tickets(1, Call([&] { begun = true; }));
    executor.submit(runs);
    executor.run_some();
    recorder.request_stop(1);
    ended->wait();
    EXPECT_FALSE(begun);
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::cancelled);
    EXPECT_EQ(recorder.wait_for_run(1).reason, "stopped before it began");
}

const ExecutorUnderTest fibers{.name = "fibers", .make = make};
const ExecutorUnderTest waiting_fibers{
    .name = "fibers_that_wait",
    .make = make,
    .success = [] { return Call([] { boost::this_fiber::yield(); }); },
    .failure =
        [] {
            return Call([] {
                boost::this_fiber::yield();
                throw std::runtime_error("meant to fail");
            });
        }};

INSTANTIATE_TEST_SUITE_P(Fiber, ExecutorContract, ::testing::Values(fibers, waiting_fibers),
                         name_of_executor);
INSTANTIATE_TEST_SUITE_P(Fiber, CallableExecutorContract, ::testing::Values(fibers, waiting_fibers),
                         name_of_executor);

}  // namespace
}  // namespace punctual::testing
