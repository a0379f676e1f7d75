#include <punctual/schedulers/libevent.hpp>
#include <punctual/testing/driver_contract.hpp>

#include <event2/event.h>

#include "executors/file_descriptor.hpp"

namespace punctual::testing {
namespace {

class LibeventUnderTest final : public DestructibleLoopUnderTest {
public:
    ~LibeventUnderTest() override { LibeventUnderTest::destroy_loop(); }

    std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) override {
        return std::make_shared<LibeventScheduler>(base_, std::move(options));
    }
    void run(Scheduler&) override { event_base_loop(base_, EVLOOP_NO_EXIT_ON_EMPTY); }
    void quit(Scheduler&) override { event_base_loopbreak(base_); }
    void post(void (*function)(void*), void* data) override {
        auto* const posted = new Posted{function, data};
        // Not by a timer: these go by a clock with steps of several milliseconds.
        event_base_once(base_, readable_.number(), EV_READ, call, posted, nullptr);
    }
    void destroy_loop() override {
        if (base_ != nullptr) event_base_free(std::exchange(base_, nullptr));
    }

private:
    struct Posted {
        void (*function)(void*);
        void* data;
    };
    static void call(evutil_socket_t, short, void* data) {
        const std::unique_ptr<Posted> posted(static_cast<Posted*>(data));
        posted->function(posted->data);
    }

    static detail::WakeUp raised() {
        detail::WakeUp wake_up;
        wake_up.raise();
        return wake_up;
    }

    const detail::WakeUp readable_ = raised();
    event_base* base_ = event_base_new();
};

TEST(LibeventScheduler, RefusesANullPointer) {
    EXPECT_THROW(LibeventScheduler(nullptr), ConfigurationError);
}

TEST(LibeventScheduler, LetsTheDispatchReturnOnceItIsShutDown) {
    event_base* const base = event_base_new();
    {
        LibeventScheduler scheduler(base);
        scheduler.add_job([&] { scheduler.shutdown(); });
        scheduler.start();
        event_base_dispatch(base);
        EXPECT_FALSE(scheduler.running());
    }
    event_base_free(base);
}

}  // namespace
}  // namespace punctual::testing

PUNCTUAL_DESTRUCTIBLE_LOOP_CONTRACT(Libevent, punctual::testing::LibeventUnderTest);
