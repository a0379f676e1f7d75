#pragma once
// A scheduler inside an event loop that the application has already. For those who write one for
// another loop than those in this folder: say how the loop watches one descriptor.
//
//     class MyLoop final : public EventLoop { … };
//
//     class MyScheduler final : public Scheduler {
//     public:
//         explicit MyScheduler(my_loop* loop, SchedulerOptions options = {})
//             : Scheduler(std::move(options), make_loop_driver(std::make_unique<MyLoop>(loop))) {}
//     };
//
// Hold it to `punctual/testing/driver_contract.hpp`. The descriptor is readable when there is
// something to do: jobs are due (to the microsecond, and also when the clock was set), or another
// thread asked for something. So a loop needs no timers of the scheduler and no calls from other
// threads, and sleeps as long as nothing is due.

#include <punctual/config.hpp>
#include <punctual/executors/executor.hpp>
#include <punctual/schedulers/driver.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace punctual {

/// What the loop calls.
class LoopTurns {
public:
    virtual ~LoopTurns() = default;
    /// Does a bounded part of what is due, so that the loop's other work goes on; the descriptor
    /// stays readable if there is more. May call `unwatch`. Jobs and listeners run in here; where
    /// they run the loop from within, it may be called again.
    virtual void turn() noexcept = 0;
};

/// What an adapter knows of its loop.
class EventLoop {
public:
    virtual ~EventLoop() = default;
    /// From here on the loop calls `turns.turn()`, on its own thread, as long as `descriptor` is
    /// readable. Called by the thread that starts the scheduler, which is the loop's, or the loop
    /// does not run yet. *Throws* where the loop takes no more descriptors.
    virtual void watch(int descriptor, LoopTurns& turns) = 0;
    /// No turn begins after it returned. Called on the loop's thread, also in a turn, or while the
    /// loop does not run, or once it is gone.
    virtual void unwatch() noexcept = 0;
    /// Whether the calling thread is the loop's, where the loop knows; otherwise it is the thread
    /// of the latest turn, before the first one that of the start. From any thread.
    [[nodiscard]] virtual std::optional<bool> is_here() const noexcept { return std::nullopt; }
    /// Whether the loop was destroyed while it watched. Called on the loop's thread, or while it
    /// does not run.
    [[nodiscard]] virtual bool is_gone() const noexcept { return false; }
    /// Lets the loop do what is ready, turns among it, after waiting up to `longest_wait` for
    /// something; false if it cannot, or has ended. Called again and again on its thread while a
    /// shutdown waits there. For loops whose jobs need more of it than turns.
    virtual bool run_ready(std::chrono::milliseconds /*longest_wait*/) noexcept { return false; }
    /// What its schedulers have besides the executor `default`, unless they were given others of
    /// these names.
    [[nodiscard]] virtual std::map<std::string, ExecutorSpec> executors() { return {}; }
};

/// A driver that makes its passes in the loop. Jobs run in `executor`, which belongs to the loop;
/// null: one after another in the loop's turns. *Throws* ExecutorError if the system has no
/// descriptor left.
[[nodiscard]] std::unique_ptr<Driver> make_loop_driver(
    std::unique_ptr<EventLoop> loop, std::shared_ptr<Executor> executor = nullptr);

}  // namespace punctual
