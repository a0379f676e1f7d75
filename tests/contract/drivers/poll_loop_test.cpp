// The driver for event loops, in one that needs no package.

#include <punctual/scheduler.hpp>
#include <punctual/testing/driver_contract.hpp>

#include "unit/loops/poll_loop.hpp"

namespace punctual::testing {
namespace {

class PollScheduler final : public Scheduler {
public:
    PollScheduler(PollLoop& loop, SchedulerOptions options)
        : Scheduler(std::move(options), make_loop_driver(std::make_unique<PollEventLoop>(loop))) {}
};

class PollLoopUnderTest final : public LoopUnderTest {
public:
    std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) override {
        return std::make_shared<PollScheduler>(loop_, std::move(options));
    }
    void run(Scheduler&) override { loop_.run(); }
    void quit(Scheduler&) override { loop_.quit(); }
    void post(void (*function)(void*), void* data) override {
        loop_.post([=] { function(data); });
    }

private:
    PollLoop loop_;
};

}  // namespace
}  // namespace punctual::testing

PUNCTUAL_LOOP_CONTRACT(Poll, punctual::testing::PollLoopUnderTest);
