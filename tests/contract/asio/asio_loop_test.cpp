#include <punctual/schedulers/asio.hpp>
#include <punctual/testing/driver_contract.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace punctual::testing {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

// Longer than any test.
constexpr auto for_ever = std::chrono::hours(1);

class AsioUnderTest final : public DestructibleLoopUnderTest {
public:
    std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) override {
        return std::make_shared<AsioScheduler>(*io_, std::move(options));
    }
    void run(Scheduler&) override {
        const auto work = asio::make_work_guard(*io_);
        io_->restart();
        io_->run();
    }
    void quit(Scheduler&) override { io_->stop(); }
    void post(void (*function)(void*), void* data) override {
        asio::post(*io_, [=] { function(data); });
    }
    void destroy_loop() override { io_.reset(); }

private:
    std::unique_ptr<asio::io_context> io_ = std::make_unique<asio::io_context>();
};

/// A context that several threads run.
class AsioOnThreads final : public LoopUnderTest {
public:
    std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) override {
        return std::make_shared<AsioScheduler>(io_, std::move(options));
    }
    void run(Scheduler&) override {
        const auto work = asio::make_work_guard(io_);
        io_.restart();
        std::vector<std::thread> threads;
        for (int i = 0; i < 3; ++i) threads.emplace_back([&] { io_.run(); });
        for (std::thread& thread : threads) thread.join();
    }
    void quit(Scheduler&) override { io_.stop(); }
    void post(void (*function)(void*), void* data) override {
        asio::post(io_, [=] { function(data); });
    }

private:
    asio::io_context io_;
};

awaitable<void> sleep_for(std::chrono::steady_clock::duration time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

class AsioSchedulerTest : public ::testing::Test {
protected:
    // Runs the context until the scheduler has ended.
    void run() {
        scheduler.start();
        io.run();
        EXPECT_FALSE(scheduler.running());
    }

    asio::io_context io;
    AsioScheduler scheduler{io};
};

TEST_F(AsioSchedulerTest, LetsTheContextReturnOnceItIsShutDown) {
    scheduler.add_job([&] { scheduler.shutdown(); });
    run();
}

TEST_F(AsioSchedulerTest, ACoroutineMayShutItDown) {
    scheduler.add_job([&]() -> awaitable<void> {
        co_await sleep_for(std::chrono::milliseconds(1));
        scheduler.shutdown();
        EXPECT_THROW(co_await sleep_for(for_ever), boost::system::system_error);
    });
    run();
}

TEST_F(AsioSchedulerTest, RunsManyCoroutinesAtOnceWithoutBlockingTheContext) {
    constexpr int count = 5'000;
    int begun = 0;
    int ended = 0;
    asio::steady_timer all_begun(io, asio::steady_timer::time_point::max());
    const auto job = [&]() -> awaitable<void> {
        if (++begun == count) {
            asio::post(io, [&] { all_begun.cancel(); });
        }
        boost::system::error_code ignored;
        co_await all_begun.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        EXPECT_EQ(begun, count);
        if (++ended == count) scheduler.shutdown();
    };
    scheduler.add_jobs(std::vector<JobRequest>(count, JobRequest{Call(job), {}, {}}));
    run();
    EXPECT_EQ(ended, count);
}

TEST_F(AsioSchedulerTest, CancelsACoroutineThatIsAskedToStop) {
    std::string reason;
    scheduler.on<JobCancelled>([&](const JobCancelled& event) { reason = event.reason; });
    scheduler.add_job([&](RunContext& run) -> awaitable<void> {
        asio::post(io, [&] { scheduler.shutdown({.wait = false}); });
        EXPECT_FALSE(run.stop_requested());
        co_await sleep_for(for_ever);
        ADD_FAILURE() << "nothing interrupted it";
    });
    run();
    EXPECT_EQ(reason, "stopped on request");
}

TEST_F(AsioSchedulerTest, AShutdownInAHandlerLetsCoroutinesFinish) {
    for (const auto timeout : {unlimited, Duration(std::chrono::hours(1))}) {
        bool finished = false;
        scheduler.add_job([&]() -> awaitable<void> {
            asio::post(io, [&] {
                scheduler.shutdown({.timeout = timeout});
                EXPECT_TRUE(finished);
            });
            co_await sleep_for(std::chrono::milliseconds(1));
            finished = true;
        });
        io.restart();
        run();
        EXPECT_TRUE(finished);
    }
}

TEST_F(AsioSchedulerTest, AnotherThreadShutsItDownAndLetsCoroutinesFinish) {
    bool finished = false;
    std::thread other;
    scheduler.add_job([&]() -> awaitable<void> {
        other = std::thread([&] { scheduler.shutdown(); });
        co_await sleep_for(std::chrono::milliseconds(1));
        finished = true;
    });
    run();
    other.join();
    EXPECT_TRUE(finished);
}

TEST_F(AsioSchedulerTest, WhatGoesOnWhenTheContextWasStoppedIsCancelledWithAReason) {
    std::string reason;
    scheduler.on<JobCancelled>([&](const JobCancelled& event) { reason = event.reason; });
    scheduler.add_job([&](RunContext& run) -> awaitable<void> {
        asio::post(io, [&] { io.stop(); });
        EXPECT_THROW(co_await sleep_for(for_ever), boost::system::system_error);
        // Its scheduler may be gone: what it sees of its run is not.
        EXPECT_TRUE(run.stop_requested());
        EXPECT_FALSE(run.job_id().empty());
    });
    scheduler.start();
    io.run();
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
    EXPECT_EQ(reason, "its event loop does not run");
    io.restart();
    io.poll();
}

TEST_F(AsioSchedulerTest, AListenerHearsWhatACoroutineReturned) {
    Value result;
    scheduler.on<JobExecuted>([&](const JobExecuted& event) {
        result = event.result;
        scheduler.shutdown();
    });
    scheduler.add_job([]() -> awaitable<int> {
        co_await sleep_for(std::chrono::milliseconds(1));
        co_return 42;
    });
    run();
    EXPECT_EQ(result, Value(42));
}

TEST_F(AsioSchedulerTest, AHandlerMayShutItDownWhileAnotherOneDoes) {
    int handlers = 0;
    bool finished = false;
    scheduler.add_job([&]() -> awaitable<void> {
        asio::post(io, [&] {
            scheduler.shutdown();
            EXPECT_TRUE(finished);
            ++handlers;
        });
        // Is called from within the other one, and so cannot wait.
        asio::post(io, [&] {
            scheduler.shutdown();
            EXPECT_FALSE(finished);
            ++handlers;
        });
        co_await sleep_for(std::chrono::milliseconds(5));
        finished = true;
    });
    run();
    EXPECT_EQ(handlers, 2);
}

TEST_F(AsioSchedulerTest, WhatAHandlerThrowsDuringAShutdownComesToWhoeverRunsTheContext) {
    bool finished = false;
    scheduler.add_job([&]() -> awaitable<void> {
        asio::post(io, [&] { scheduler.shutdown(); });
        asio::post(io, [] { throw 42; });
        co_await sleep_for(std::chrono::milliseconds(5));
        finished = true;
    });
    scheduler.start();
    EXPECT_THROW(io.run(), int);
    EXPECT_TRUE(finished);
    EXPECT_FALSE(scheduler.running());
}

TEST_F(AsioSchedulerTest, AShutdownInAHandlerLetsOthersGoOnWhateverItWaitsFor) {
    scheduler.add_executor("threads", thread_pool(1));
    std::atomic<bool> answered = false;
    scheduler.add_job(
        [&] {
            asio::post(io, [&] { scheduler.shutdown(); });
            asio::post(io, [&] { answered = true; });
            while (!answered) std::this_thread::yield();
        },
        {.executor = "threads"});
    run();
    EXPECT_TRUE(answered);
}

TEST(AsioScheduler, EndsSafelyWhenItsContextIsDestroyedWhileACoroutineWaits) {
    auto io = std::make_unique<asio::io_context>();
    AsioScheduler scheduler(*io);
    std::string reason;
    scheduler.on<JobCancelled>([&](const JobCancelled& event) { reason = event.reason; });
    scheduler.add_job([&]() -> awaitable<void> {
        asio::post(*io, [&] { io->stop(); });
        co_await sleep_for(for_ever);
    });
    scheduler.start();
    io->run();
    io.reset();
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
    EXPECT_EQ(reason, "its io_context was destroyed");
}

TEST(AsioScheduler, TakesAContextThatSeveralThreadsRun) {
    constexpr int count = 1'000;
    asio::io_context io;
    AsioScheduler scheduler(io);
    std::atomic<int> ended = 0;
    std::atomic<int> inside = 0;
    const auto job = [&]() -> awaitable<void> {
        for (int i = 0; i < 3; ++i) co_await sleep_for(std::chrono::microseconds(10));
        if (++ended == count) scheduler.shutdown();
    };
    scheduler.add_jobs(std::vector<JobRequest>(count, JobRequest{Call(job), {}, {}}));
    // Functions and listeners, wherever what they hear of happens.
    const auto alone = [&] {
        EXPECT_EQ(++inside, 1);
        std::this_thread::yield();
        --inside;
    };
    scheduler.add_listener([&](const Event&) { alone(); });
    scheduler.add_job(alone, interval(std::chrono::milliseconds(1)), {.max_instances = 10});
    scheduler.start();
    for (int i = 0; i < count; ++i) {
        asio::post(io, [&] { scheduler.add_job([] {}, interval(std::chrono::hours(1))); });
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { io.run(); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(ended, count);
    EXPECT_FALSE(scheduler.running());
}

TEST(AsioScheduler, ChangesOfLifeWhereSeveralThreadsRunTheContextDoNoHarmToEachOther) {
    AsioOnThreads loop;
    std::atomic<int> inside = 0;
    bool ran = false;
    // Its listeners hear of the last end when it is destroyed.
    const auto scheduler = loop.make_scheduler({.executors = {{"pool", thread_pool(1)}}});
    scheduler->add_listener([&](const Event&) {
        EXPECT_EQ(++inside, 1);
        --inside;
    });
    const auto sleep = []() -> awaitable<void> {
        co_await sleep_for(std::chrono::microseconds(10));
    };
    scheduler->add_job(sleep, interval(std::chrono::microseconds(100)), {.id = "tick"});
    make_changes_of_life(loop, *scheduler);
    scheduler->add_job([&]() -> awaitable<void> {
        co_await sleep_for(std::chrono::microseconds(10));
        ran = true;
        loop.quit(*scheduler);
    });
    loop.start(*scheduler);
    loop.run(*scheduler);
    EXPECT_TRUE(ran);
    scheduler->shutdown({.loop_timeout = std::chrono::milliseconds(1)});
    EXPECT_FALSE(scheduler->running());
}

TEST(AsioScheduler, StopsCoroutinesOfSeveralThreadsAsTheyBegin) {
    constexpr int count = 500;
    asio::io_context io;
    AsioScheduler scheduler(io);
    std::atomic<int> over = 0;
    scheduler.on<JobCancelled>([&](const JobCancelled&) {
        if (++over == count) scheduler.shutdown();
    });
    // The thread that spawned it may not be through with that yet.
    const auto job = [&](RunContext& run) -> awaitable<void> {
        asio::post(io, [&, id = run.run_id()] { scheduler.cancel_run(id); });
        co_await sleep_for(for_ever);
    };
    scheduler.add_jobs(std::vector<JobRequest>(count, JobRequest{Call(job), {}, {}}));
    scheduler.start();
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { io.run(); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(over, count);
}

}  // namespace
}  // namespace punctual::testing

PUNCTUAL_DESTRUCTIBLE_LOOP_CONTRACT(Asio, punctual::testing::AsioUnderTest);
