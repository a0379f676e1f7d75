#pragma once
// What makes time pass for a scheduler: the calling thread, a thread of its own, an event loop. For
// those who write a scheduler of a new kind; one for an event loop is less work on
// `punctual/schedulers/loop.hpp`. See `background.hpp` and `blocking.hpp` for two that are ready.

#include <punctual/config.hpp>
#include <punctual/time.hpp>

#include <map>
#include <string>

namespace punctual {

/// What a driver calls.
class Passes {
public:
    virtual ~Passes() = default;
    /// Does what is due and returns when to call again, by the wall clock; `Instant::max()` for
    /// "when woken". Does not block and does not throw. One call at a time.
    virtual Instant pass() noexcept = 0;
    /// Tells listeners some of what waits because of `Driver::tells_here`; true if more is left.
    /// Passes do that too: this one is for what is left at the `end`.
    virtual bool tell_events() noexcept { return false; }
};

/// Calls `pass` when the scheduler starts, at the instant the last call returned, and when woken.
class Driver {
public:
    virtual ~Driver() = default;
    /// From here on passes may be called, on the driver's thread, until `stop` returned. Does not
    /// block; `stop` may come from another thread as soon as it returned. May come again after
    /// `stop`.
    virtual void start(Passes& passes) = 0;
    /// Called after `start` by the thread that starts the scheduler. A driver that makes its passes
    /// on that thread does so here, and returns after `stop`; the others return at once.
    virtual void run() {}
    /// Asks for a pass soon. From any thread, often; must not block.
    virtual void wake() noexcept = 0;
    /// No pass begins after it returned. From any thread, also from inside a pass.
    virtual void stop() noexcept = 0;

    /// While the thread that makes passes waits for runs (in `shutdown`), it has to make them
    /// itself: if the calling thread is that one, makes a pass if one is due (none after `stop`),
    /// and returns true. May take a moment, in which it does what else the thread has to do.
    virtual bool pass_if_driving() noexcept { return false; }
    /// True if passes over stores that may block are made by this driver too, instead of threads.
    [[nodiscard]] virtual bool drives_durable_stores() const noexcept { return false; }

    // --- For drivers that are part of something else, as an event loop ---

    /// The executors that its schedulers have, unless they were given others of these names: among
    /// them `default`, where jobs run that name none.
    [[nodiscard]] virtual std::map<std::string, ExecutorSpec> executors() {
        return {{"default", thread_pool()}};
    }
    /// Whether listeners may be called where the caller is. What happens elsewhere is kept, in
    /// order.
    [[nodiscard]] virtual bool tells_here() const noexcept { return true; }
    /// Whether what is kept waits for passes, and each new event asks for one; otherwise it is told
    /// as soon as it may be.
    [[nodiscard]] virtual bool tells_in_passes() const noexcept { return false; }
    /// Called after `stop`, when the scheduler has said its last: what is kept is told, on the
    /// driver's thread, and nothing comes until the next `start`. From any thread.
    virtual void end() noexcept {}
    /// The scheduler is gone: nothing of it may be called any more once this returned.
    virtual void close() noexcept {}
    /// True if a pass was asked for so long ago and none came: then the end of the scheduler does
    /// not wait for what only passes can do. Asks for one. From any thread.
    [[nodiscard]] virtual bool stalled(Duration /*patience*/) noexcept { return false; }
    /// *Throws* SchedulerNotRunningError if there is nothing left that could make passes.
    virtual void check() const {}
};

}  // namespace punctual
