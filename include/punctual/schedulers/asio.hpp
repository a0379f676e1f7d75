#pragma once
// A scheduler in a Boost.Asio io_context (component `asio`), whose jobs may be coroutines.
//
//     boost::asio::io_context io;
//     AsioScheduler scheduler(io);
//     scheduler.add_job([]() -> boost::asio::awaitable<void> {
//         boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 1s);
//         co_await timer.async_wait(boost::asio::use_awaitable);
//         std::puts("a second later");
//     }, interval(10s));
//     scheduler.start();
//     io.run();

#include <punctual/executors/asio.hpp>
#include <punctual/scheduler.hpp>

namespace punctual {

/// Jobs, unless they name another executor, and all listeners run on the io_context: functions one
/// after another, in bounded batches between its other handlers; coroutines as many at once as
/// `asio_executor` says.
///
/// *Thread safety*: as `Scheduler`; but construct, start and destroy it on a thread that runs the
/// context, or while none does. Several threads may run the context; functions and listeners still
/// run one after another. *Lifetime*: the context outlives it. One that was destroyed before is
/// noticed: calls of its thread throw then, and the end of the scheduler is safe. While the
/// scheduler runs, `io_context::run` does not return by itself.
class AsioScheduler final : public Scheduler {
public:
    /// *Throws* ConfigurationError for an option out of range, ExecutorError if the system has no
    /// descriptor left.
    explicit AsioScheduler(boost::asio::io_context& context, SchedulerOptions options = {});
};

}  // namespace punctual
