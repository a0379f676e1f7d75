#pragma once
// What makes time pass for a scheduler: the calling thread, a thread of its own, an event loop. For
// those who write a scheduler for another loop; see `background.hpp` and `blocking.hpp` for the
// others.

#include <punctual/time.hpp>

namespace punctual {

/// What a driver calls.
class Passes {
public:
    virtual ~Passes() = default;
    /// Does what is due and returns when to call again, by the wall clock; `Instant::max()` for
    /// "when woken". Does not block and does not throw. One call at a time.
    virtual Instant pass() noexcept = 0;
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
    /// itself: if the calling thread is that one, makes a pass (none after `stop`) and returns
    /// true.
    virtual bool pass_if_driving() noexcept { return false; }
    /// True if passes over stores that may block are made by this driver too, instead of threads.
    [[nodiscard]] virtual bool drives_durable_stores() const noexcept { return false; }
};

}  // namespace punctual
