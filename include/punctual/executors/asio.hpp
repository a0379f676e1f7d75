#pragma once
// An executor in a Boost.Asio io_context (component `asio`), for schedulers of any kind. It runs
// functions, and coroutines.
//
//     BackgroundScheduler scheduler({.executors = {{"default", asio_executor(io)}}});
//     scheduler.add_job([](RunContext& run) -> boost::asio::awaitable<void> { … }, interval(10s));

#include <punctual/config.hpp>
#include <punctual/task.hpp>

#include <memory>

#include <boost/asio/awaitable.hpp>

namespace boost::asio {
class io_context;
}

namespace punctual {

/// Runs jobs on the threads that run `context`: functions one after another, coroutines that return
/// `boost::asio::awaitable<T>` up to `max_runs` at once, each in a strand of its own. What a
/// coroutine returns is kept if it can be stored.
///
/// A coroutine that is asked to stop (`cancel_run`, its `timeout`, a shutdown) receives a terminal
/// cancellation, which is the only kind that coroutines react to unless they say otherwise: what it
/// awaits ends with the error `operation_aborted`. A run that lets this pass ends as cancelled; one
/// that handles it and returns has succeeded.
///
/// It may serve one scheduler after another, not several at once. While its scheduler runs,
/// `io_context::run` does not return by itself. *Lifetime*: the context outlives the scheduler, or
/// was at least stopped before. *Throws* ConfigurationError for `max_runs` below 1, ExecutorError
/// if the system has no descriptor left.
[[nodiscard]] ExecutorSpec asio_executor(boost::asio::io_context& context, int max_runs = 10'000);

/// See `coroutine.hpp`.
template <class T>
struct Awaitable<boost::asio::awaitable<T>> {
    using Run = boost::asio::awaitable<Value>;
    static constexpr const char* name = "boost::asio::awaitable";
    static constexpr const char* runs_in = "an AsioScheduler or an asio_executor";

    static Run make(std::unique_ptr<CoroutineBody<boost::asio::awaitable<T>>> body) {
        if constexpr (detail::is_stored_result<T>) {
            T result = co_await body->begin();
            co_return encode(result);
        } else {
            co_await body->begin();
            co_return Value();
        }
    }
};

}  // namespace punctual
