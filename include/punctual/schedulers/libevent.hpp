#pragma once
// A scheduler in a libevent loop (component `libevent`).
//
//     event_base* base = event_base_new();
//     {
//         LibeventScheduler scheduler(base);
//         scheduler.add_job([] { std::puts("tick"); }, interval(1s));
//         scheduler.start();
//         event_base_dispatch(base);
//     }
//     event_base_free(base);

#include <punctual/scheduler.hpp>

struct event_base;

namespace punctual {

/// Jobs, unless they name another executor, and all listeners run on the thread that runs the base,
/// one after another, in bounded batches between its other events.
///
/// *Thread safety*: as `Scheduler`, with or without `evthread_use_pthreads`; but construct, start
/// and destroy it on the base's thread, or while the base does not run. *Lifetime*: the base
/// outlives it. One that was freed before is noticed: calls of its thread throw then, and the end
/// of the scheduler is safe. While the scheduler runs, `event_base_dispatch` does not return by
/// itself.
class LibeventScheduler final : public Scheduler {
public:
    /// *Throws* ConfigurationError for an option out of range and for a base that is null,
    /// ExecutorError if the system has no descriptor left.
    explicit LibeventScheduler(event_base* base, SchedulerOptions options = {});
};

}  // namespace punctual
