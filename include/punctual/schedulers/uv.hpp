#pragma once
// A scheduler in a libuv loop (component `uv`).
//
//     UvScheduler scheduler(uv_default_loop());
//     scheduler.add_job([] { std::puts("tick"); }, interval(1s));
//     scheduler.add_job(compress_logs(), crontab("0 3 * * *"), {.executor = "threads"});
//     scheduler.start();
//     uv_run(uv_default_loop(), UV_RUN_DEFAULT);

#include <punctual/scheduler.hpp>

struct uv_loop_s;

namespace punctual {

/// Jobs, unless they name another executor, and all listeners run on the thread that runs the loop,
/// one after another, in bounded batches between its other callbacks. For jobs that block there is
/// an executor `threads` besides, a pool of 4 threads that start when first needed; one of that
/// name in the options takes its place.
///
/// The loop has one more handle while the scheduler runs, so `uv_run` returns after `shutdown` if
/// nothing else is in it; as with any handle, it is closed in the loop's next iteration.
///
/// *Thread safety*: as `Scheduler`; but construct, start and destroy it on the loop's thread, or
/// while nothing runs it. *Lifetime*: the loop outlives it.
class UvScheduler final : public Scheduler {
public:
    /// *Throws* ConfigurationError for a null pointer or an option out of range, ExecutorError if
    /// the system has no descriptor left.
    explicit UvScheduler(uv_loop_s* loop, SchedulerOptions options = {});
};

}  // namespace punctual
