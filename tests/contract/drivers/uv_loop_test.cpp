#include <punctual/schedulers/uv.hpp>
#include <punctual/testing/driver_contract.hpp>

#include <uv.h>

namespace punctual::testing {
namespace {

class UvUnderTest final : public LoopUnderTest {
public:
    UvUnderTest() {
        uv_loop_init(&loop_);
        // It runs also while nothing else is in it.
        uv_timer_init(&loop_, &keep_alive_);
        uv_timer_start(
            &keep_alive_, [](uv_timer_t*) {}, 1'000'000'000, 0);
    }
    ~UvUnderTest() override {
        // What was posted and never called, and handles that are closing.
        uv_walk(&loop_, close, nullptr);
        uv_run(&loop_, UV_RUN_DEFAULT);
        EXPECT_EQ(uv_loop_close(&loop_), 0);
    }

    std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) override {
        return std::make_shared<UvScheduler>(&loop_, std::move(options));
    }
    void run(Scheduler&) override { uv_run(&loop_, UV_RUN_DEFAULT); }
    void quit(Scheduler&) override { uv_stop(&loop_); }
    void post(void (*function)(void*), void* data) override {
        auto* const posted = new Posted{{}, function, data};
        uv_idle_init(&loop_, &posted->idle);
        posted->idle.data = posted;
        uv_idle_start(&posted->idle, call);
    }

private:
    struct Posted {
        uv_idle_t idle;
        void (*function)(void*);
        void* data;
    };
    static void call(uv_idle_t* idle) {
        auto* const posted = static_cast<Posted*>(idle->data);
        uv_idle_stop(idle);
        posted->function(posted->data);
        uv_close(reinterpret_cast<uv_handle_t*>(idle), free_posted);
    }
    static void free_posted(uv_handle_t* handle) { delete static_cast<Posted*>(handle->data); }
    static void close(uv_handle_t* handle, void*) {
        if (!uv_is_closing(handle)) uv_close(handle, free_posted);
    }

    uv_loop_t loop_{};
    uv_timer_t keep_alive_{};
};

TEST(UvScheduler, RefusesANullPointer) {
    EXPECT_THROW(UvScheduler(nullptr), ConfigurationError);
}

TEST(UvScheduler, LetsTheLoopReturnOnceItIsShutDown) {
    uv_loop_t loop;
    uv_loop_init(&loop);
    {
        UvScheduler scheduler(&loop);
        scheduler.add_job([&] { scheduler.shutdown(); });
        scheduler.start();
        uv_run(&loop, UV_RUN_DEFAULT);
        EXPECT_FALSE(scheduler.running());
    }
    EXPECT_EQ(uv_loop_close(&loop), 0);
}

TEST(UvScheduler, ALoopThatStopsAtItsEndCanBeClosed) {
    uv_loop_t loop;
    uv_loop_init(&loop);
    UvScheduler scheduler(&loop);
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { uv_stop(&loop); });
    scheduler.add_job([&] { scheduler.shutdown(); });
    scheduler.start();
    uv_run(&loop, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&loop), 0);
}

TEST(UvScheduler, HasThreadsForJobsThatBlock) {
    uv_loop_t loop;
    uv_loop_init(&loop);
    {
        UvScheduler scheduler(&loop);
        scheduler.configure({.timezone = TimeZone::utc()});
        std::thread::id ran_on;
        scheduler.add_job([&] { ran_on = std::this_thread::get_id(); }, {.executor = "threads"});
        scheduler.on<JobExecuted>([&](const JobExecuted&) { scheduler.shutdown(); });
        scheduler.start();
        uv_run(&loop, UV_RUN_DEFAULT);
        EXPECT_NE(ran_on, std::thread::id());
        EXPECT_NE(ran_on, std::this_thread::get_id());
    }
    EXPECT_EQ(uv_loop_close(&loop), 0);
}

}  // namespace
}  // namespace punctual::testing

PUNCTUAL_LOOP_CONTRACT(Uv, punctual::testing::UvUnderTest);
