// Functions and coroutines in an io_context, for schedulers that are not in it.

#include <punctual/executors/asio.hpp>
#include <punctual/schedulers/background.hpp>
#include <punctual/schedulers/blocking.hpp>
#include <punctual/testing/executor_contract.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace punctual::testing {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

// Longer than any test.
constexpr auto for_ever = std::chrono::hours(1);

awaitable<void> sleep_for(std::chrono::steady_clock::duration time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

awaitable<void> give_way() {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

class Context {
public:
    explicit Context(int threads = 1) {
        for (int i = 0; i < threads; ++i) {
            threads_.emplace_back([this] { io_.run(); });
        }
    }
    ~Context() {
        work_.reset();
        for (std::thread& thread : threads_) thread.join();
    }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    asio::io_context& io() { return io_; }

private:
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
    std::vector<std::thread> threads_;
};

// With the context that it runs in.
class InAContext final : public Executor {
public:
    explicit InAContext(int threads) : context_(threads) {}
    void start() override { executor_->start(); }
    [[nodiscard]] std::size_t room() const override { return executor_->room(); }
    void submit(std::vector<RunTicket>& runs) override { executor_->submit(runs); }
    [[nodiscard]] std::string refuse(const JobDefinition& job) const override {
        return executor_->refuse(job);
    }
    void shutdown(bool wait) override { executor_->shutdown(wait); }

private:
    Context context_;
    std::shared_ptr<Executor> executor_ = asio_executor(context_.io()).make();
};

template <int threads>
std::shared_ptr<Executor> make() {
    return std::make_shared<InAContext>(threads);
}

Call success() {
    return Call([]() -> awaitable<void> { co_await give_way(); });
}
Call failure() {
    return Call([]() -> awaitable<void> {
        co_await give_way();
        throw std::runtime_error("meant to fail");
    });
}

const ExecutorUnderTest functions{.name = "asio", .make = make<1>};
const ExecutorUnderTest coroutines{
    .name = "asio_coroutines", .make = make<1>, .success = success, .failure = failure};
const ExecutorUnderTest coroutines_on_threads{
    .name = "asio_coroutines_on_threads", .make = make<3>, .success = success, .failure = failure};

INSTANTIATE_TEST_SUITE_P(Asio, ExecutorContract,
                         ::testing::Values(functions, coroutines, coroutines_on_threads),
                         name_of_executor);
INSTANTIATE_TEST_SUITE_P(Asio, CallableExecutorContract,
                         ::testing::Values(functions, coroutines, coroutines_on_threads),
                         name_of_executor);
INSTANTIATE_TEST_SUITE_P(Asio, SequentialExecutorContract, ::testing::Values(functions),
                         name_of_executor);

const auto greet =
    task("asio_executor_test.greet",
         [](RunContext& run, const std::string& name) -> awaitable<std::string> {
             run.set_output("greeted");
             co_await give_way();
             co_return "hello " + name + ", attempt " + std::to_string(run.attempt());
         });

class AsioExecutorTest : public ::testing::Test {
protected:
    void SetUp() override { executor->start(); }
    void TearDown() override { executor->shutdown(false); }
    ReportedRun run(Call call) {
        auto runs = recorder.tickets(1, call);
        executor->submit(runs);
        return recorder.wait_for_run(++runs_);
    }

    RunRecorder recorder;
    Context context;
    std::shared_ptr<Executor> executor = asio_executor(context.io()).make();

private:
    RunId runs_ = 0;
};

TEST_F(AsioExecutorTest, KeepsWhatACoroutineReturns) {
    EXPECT_EQ(run([]() -> awaitable<int> { co_return 42; }).result, Value(42));
    EXPECT_TRUE(run([]() -> awaitable<void> { co_return; }).result.is_null());
}

TEST_F(AsioExecutorTest, RunsATaskWithItsArguments) {
    const ReportedRun greeted = run(greet("a name that is longer than a short string"));
    EXPECT_EQ(greeted.result, Value("hello a name that is longer than a short string, attempt 1"));
    EXPECT_EQ(greeted.output, "greeted");
}

TEST_F(AsioExecutorTest, RunsATaskByItsName) {
    const ReportedRun greeted = run(call("asio_executor_test.greet", std::string("you")));
    EXPECT_EQ(greeted.result, Value("hello you, attempt 1"));
}

TEST_F(AsioExecutorTest, RunsATaskThatBecomesKnownAfterItsCall) {
    const Call early = call("asio_executor_test.late", 20);
    const auto late = task("asio_executor_test.late", [](int number) -> awaitable<int> {
        co_await give_way();
        co_return number + 1;
    });
    EXPECT_EQ(run(early).result, Value(21));
}

TEST_F(AsioExecutorTest, ReportsWhatIsThrownBeforeTheCoroutineExists) {
    const auto job = [](bool fails) -> awaitable<void> {
        if (fails) throw std::runtime_error("no coroutine");
        return give_way();
    };
    const ReportedRun failed = run([=] { return job(true); });
    EXPECT_EQ(failed.outcome, RunState::failed);
    EXPECT_EQ(failed.reason, "no coroutine");
}

TEST_F(AsioExecutorTest, GivesTheStopToken) {
    EXPECT_EQ(run([](std::stop_token token) -> awaitable<bool> {
                  co_await give_way();
                  co_return token.stop_possible();
              }).result,
              Value(true));
}

TEST_F(AsioExecutorTest, CancelsWhatTheCoroutineAwaits) {
    const ReportedRun cancelled = run([this]() -> awaitable<void> {
        recorder.request_stop(1);
        co_await sleep_for(for_ever);
    });
    EXPECT_EQ(cancelled.outcome, RunState::cancelled);
    EXPECT_EQ(cancelled.reason, "stopped on request");
}

TEST_F(AsioExecutorTest, ACoroutineThatIsAskedToStopBeforeItBeganDoesNotBegin) {
    bool begun = false;
    std::vector<RunTicket> runs;
    runs.push_back(recorder.ticket([this]() -> awaitable<void> {
        recorder.request_stop(2);
        co_return;
    }));
    runs.push_back(recorder.ticket([&]() -> awaitable<void> {
        begun = true;
        co_return;
    }));
    executor->submit(runs);
    const ReportedRun stopped = recorder.wait_for_run(2);
    EXPECT_EQ(stopped.outcome, RunState::cancelled);
    EXPECT_EQ(stopped.reason, "stopped before it began");
    EXPECT_FALSE(begun);
    static_cast<void>(recorder.wait_for_run(1));
}

TEST_F(AsioExecutorTest, ACoroutineThatHandlesTheCancellationSucceeds) {
    const ReportedRun handled = run([this]() -> awaitable<std::string> {
        recorder.request_stop(1);
        try {
            co_await sleep_for(for_ever);
        } catch (const boost::system::system_error&) {
            co_return "tidied up";
        }
        co_return "nothing interrupted it";
    });
    EXPECT_EQ(handled.outcome, RunState::succeeded);
    EXPECT_EQ(handled.result, Value("tidied up"));
}

TEST_F(AsioExecutorTest, AnAbortionThatNobodyAskedForIsAFailure) {
    const ReportedRun failed = run([]() -> awaitable<void> {
        throw boost::system::system_error(asio::error::operation_aborted);
        co_return;
    });
    EXPECT_EQ(failed.outcome, RunState::failed);
}

TEST_F(AsioExecutorTest, ACoroutineMayEndItsExecutor) {
    EXPECT_EQ(run([this]() -> awaitable<void> {
                  co_await give_way();
                  executor->shutdown(true);
              }).outcome,
              RunState::succeeded);
}

TEST_F(AsioExecutorTest, BeginsNoMoreThanItMayAtOnce) {
    const auto few = asio_executor(context.io(), 2).make();
    few->start();
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    auto runs = recorder.tickets(100, Call([&]() -> awaitable<void> {
                                     most = std::max(most.load(), ++now);
                                     co_await give_way();
                                     --now;
                                 }));
    few->submit(runs);
    recorder.wait_for(100);
    EXPECT_EQ(most, 2);
    few->shutdown(true);
}

TEST_F(AsioExecutorTest, OthersRefuseCoroutines) {
    const RunTicket ticket = recorder.ticket(success());
    const char* reason =
        "it is a coroutine (boost::asio::awaitable): it runs in an AsioScheduler or an "
        "asio_executor";
    EXPECT_EQ(executor->refuse(ticket.job()), "");
    EXPECT_EQ(make_thread_pool(1)->refuse(ticket.job()), reason);
    EXPECT_EQ(make_inline_executor()->refuse(ticket.job()), reason);
}

TEST(AsioExecutor, RefusesARoomForNone) {
    asio::io_context io;
    EXPECT_THROW(static_cast<void>(asio_executor(io, 0)), ConfigurationError);
}

TEST(AsioExecutor, ServesASchedulerOfAnotherThread) {
    Context context;
    std::atomic<bool> in_context = false;
    BlockingScheduler scheduler({.executors = {{"default", asio_executor(context.io())}}});
    scheduler.on<JobExecuted>([&](const JobExecuted&) { scheduler.shutdown(); });
    scheduler.add_job([&]() -> awaitable<void> {
        co_await sleep_for(std::chrono::milliseconds(1));
        in_context = context.io().get_executor().running_in_this_thread();
    });
    scheduler.start();
    EXPECT_TRUE(in_context);
}

TEST(AsioExecutor, GoesOnWhileItsThreadWaitsForTheEndOfAScheduler) {
    asio::io_context io;
    BackgroundScheduler scheduler({.executors = {{"default", asio_executor(io)}}});
    bool finished = false;
    scheduler.add_job([&]() -> awaitable<void> {
        asio::post(io, [&] {
            // It would be given up after so long.
            scheduler.shutdown({.loop_timeout = std::chrono::microseconds(0)});
            EXPECT_TRUE(finished);
        });
        co_await sleep_for(std::chrono::milliseconds(5));
        finished = true;
    });
    scheduler.start();
    io.run();
    EXPECT_TRUE(finished);
    EXPECT_FALSE(scheduler.running());
}

TEST(AsioExecutor, AJobForAnExecutorWithoutCoroutinesIsAClearError) {
    BackgroundScheduler scheduler;
    scheduler.start();
    try {
        scheduler.add_job(success(), {.id = "poll"});
        FAIL() << "a thread pool took a coroutine";
    } catch (const ExecutorError& error) {
        EXPECT_STREQ(error.what(),
                     "job \"poll\": executor \"default\" cannot run it: it is a coroutine "
                     "(boost::asio::awaitable): it runs in an AsioScheduler or an asio_executor");
    }
    EXPECT_FALSE(scheduler.find_job("poll"));
}

TEST(AsioExecutor, AContextThatDoesNotRunDoesNotHoldUpTheEnd) {
    asio::io_context io;
    BackgroundScheduler scheduler({.executors = {{"default", asio_executor(io)}}});
    std::string reason;
    scheduler.on<JobCancelled>([&](const JobCancelled& event) { reason = event.reason; });
    std::mutex mutex;
    std::condition_variable submitted;
    bool is_submitted = false;
    scheduler.on<JobSubmitted>([&](const JobSubmitted&) {
        const std::lock_guard lock(mutex);
        is_submitted = true;
        submitted.notify_all();
    });
    scheduler.start();
    scheduler.add_job(success());
    {
        std::unique_lock lock(mutex);
        submitted.wait(lock, [&] { return is_submitted; });
    }
    scheduler.shutdown({.loop_timeout = std::chrono::milliseconds(1)});
    EXPECT_FALSE(scheduler.running());
    EXPECT_EQ(reason, "its event loop does not run");
}

}  // namespace
}  // namespace punctual::testing
