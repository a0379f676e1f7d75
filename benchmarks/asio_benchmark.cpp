// Jobs in an io_context; see loop_benchmark.hpp. Coroutines, and functions.

#include <punctual/schedulers/asio.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "loop_benchmark.hpp"
#include "loops/asio/asio_loop.hpp"
#include "loops/asio/asio_starter.hpp"

namespace {

namespace asio = boost::asio;

class Loop {
public:
    [[nodiscard]] std::unique_ptr<punctual::Executor> make_executor() {
        return std::make_unique<punctual::detail::StandaloneExecutor>(
            std::make_unique<punctual::detail::AsioLoop>(*io_),
            std::make_unique<punctual::detail::AsioStarter>(*io_, 10'000));
    }
    [[nodiscard]] auto make_scheduler() { return std::make_unique<punctual::AsioScheduler>(*io_); }
    void run() {
        const auto work = asio::make_work_guard(*io_);
        io_->run();
    }
    void quit() { io_->stop(); }
    void post(void (*function)(void*), void* data) {
        asio::post(*io_, [=] { function(data); });
    }

protected:
    [[nodiscard]] asio::io_context& io() { return *io_; }

private:
    std::unique_ptr<asio::io_context> io_ = std::make_unique<asio::io_context>();
};

BENCHMARK(loop_benchmark::fire<Loop>)->Name("asio/fire")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_whole<Loop>)->Name("asio/scheduler")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_bare<Loop>)->Name("limit/asio/fire")->Arg(100'000)->UseManualTime();

// Each run gives way once, as everything does that waits.
struct InACoroutine {
    template <class Job>
    auto operator()(Job job) const {
        return [job]() -> asio::awaitable<void> {
            co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
            job();
        };
    }
};

class SpawningLoop : public Loop {
public:
    void post(void (*function)(void*), void* data) {
        asio::co_spawn(io(), call(function, data), asio::detached);
    }

private:
    static asio::awaitable<void> call(void (*function)(void*), void* data) {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        function(data);
    }
};

BENCHMARK(loop_benchmark::fire<Loop, InACoroutine>)
    ->Name("asio/fire_coroutines")
    ->Arg(100'000)
    ->UseManualTime();
BENCHMARK(loop_benchmark::fire_bare<SpawningLoop>)
    ->Name("limit/asio/fire_coroutines")
    ->Arg(100'000)
    ->UseManualTime();

}  // namespace
