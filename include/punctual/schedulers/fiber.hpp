#pragma once
// A scheduler in the fibers of a thread (Boost.Fiber; component `fiber`).
//
//     FiberScheduler scheduler;
//     scheduler.add_job([] {
//         boost::this_fiber::sleep_for(1s);                    // other fibers go on meanwhile
//         std::puts("a second later");
//     }, interval(10s));
//     scheduler.start();
//     boost::fibers::fiber(serve).join();

#include <punctual/scheduler.hpp>

namespace punctual {

/// Jobs, unless they name another executor, run on the thread that started the scheduler, each run
/// in a fiber of its own, up to 1,000 at once. Listeners are called there too, in the scheduler's
/// own fiber: one that suspends it holds up the schedule, and nothing else.
///
/// The thread goes on as it is: it keeps its scheduling algorithm, and jobs run whenever its other
/// fibers, as the one that called `start`, wait for something the way fibers do. They must not
/// migrate to other threads (`work_stealing`, `shared_work`).
///
/// *Thread safety*: as `Scheduler`; but start and destroy it on one thread; `shutdown` on it waits
/// as fibers do, whatever it waits for. *Lifetime*: of the scheduler, not beyond the end of its
/// thread, which does not end before the scheduler has: Boost.Fiber waits for all fibers of a
/// thread. What a job captured stays as long as its fiber, also where its run was given up.
class FiberScheduler final : public Scheduler {
public:
    /// *Throws* ConfigurationError for an option out of range, ExecutorError if the system has no
    /// descriptor left.
    explicit FiberScheduler(SchedulerOptions options = {});
};

}  // namespace punctual
