#pragma once
// What an executor has to do. Applications choose one by a spec (`thread_pool(20)`,
// `command_executor()`); this header is for those who write one. Hold a new executor to
// `punctual/testing/executor_contract.hpp`.

#include <punctual/executors/process_pool.hpp>
#include <punctual/run.hpp>
#include <punctual/stores/store.hpp>

#include <exception>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace punctual {

namespace detail {
class LoopRun;
}

/// How a run went, as its executor saw it.
struct RunResult {
    /// succeeded, failed or cancelled.
    RunState outcome = RunState::succeeded;
    /// One line, for failures.
    std::string reason{};
    Value result{};
};

/// How a run went that threw this: cancelled for RunCancelled, otherwise failed.
[[nodiscard]] RunResult result_of(const std::exception_ptr& thrown) noexcept;

/// What an executor that runs calls elsewhere is told by.
class StopListener {
public:
    /// A run is asked to stop. Called on the thread that asks, perhaps more than once and on two
    /// threads at a time, under a lock of the engine: it may wake a thread of the executor, and
    /// must not use the run's ticket, call the scheduler, or wait for anybody who does.
    virtual void stop_requested() noexcept = 0;

protected:
    ~StopListener() = default;
};

/// A run on its way through an executor: the right, and the duty, to do it once. A ticket that is
/// destroyed without having been executed or completed reports its run as cancelled.
/// *Thread safety*: distinct objects safe.
class RunTicket {
public:
    explicit RunTicket(detail::RunSlot& slot) : slot_(&slot) {}
    RunTicket(RunTicket&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
    RunTicket& operator=(RunTicket&& other) noexcept {
        std::swap(slot_, other.slot_);
        return *this;
    }
    ~RunTicket() {
        if (slot_ != nullptr) drop();
    }

    [[nodiscard]] const JobDefinition& job() const;
    [[nodiscard]] RunId run_id() const;
    [[nodiscard]] Instant scheduled() const;
    [[nodiscard]] Instant due() const;
    [[nodiscard]] int attempt() const;
    [[nodiscard]] bool stop_requested() const noexcept;
    /// The same as a token, for executors that wait for something else than the call itself.
    [[nodiscard]] std::stop_token stop_token() const;
    /// Tells `listener` when the run is asked to stop, here and now if it has been; in the place of
    /// the listener before. Waits for a listener that is being told, so not under a lock that this
    /// one takes. Costs less than a callback of the token. *Lifetime*: it has to live until the
    /// ticket is spent, and is not called any more from then on.
    void set_stop_listener(StopListener& listener) noexcept;

    /// Runs the job's call on this thread and reports how it went. Whatever the call throws becomes
    /// a failed run; a run that is late beyond its grace time, or asked to stop already, is not
    /// run.
    void execute() noexcept;
    /// The two halves of `execute`: `run` does the work and keeps how it went, `report` tells and
    /// spends the ticket. For executors that count a thread as free between the two, because the
    /// report makes the engine ask for `room`.
    void run() noexcept;
    void report() noexcept;
    /// Between the two: how long the run took, by the clock of its scheduler, which may have been
    /// set meanwhile.
    [[nodiscard]] Duration took() const noexcept;
    /// For executors that run the call elsewhere: marks the start, before anything of the job
    /// happens. False if it must not run any more; it has been reported then, and the ticket is
    /// spent.
    [[nodiscard]] bool begin() noexcept;
    /// Keeps text with the run.
    void set_output(std::string text) noexcept;
    /// Tells how far the job is, as `RunContext::progress` does.
    void progress(double fraction, std::string text) noexcept;
    /// Reports how it went.
    void complete(RunResult result) noexcept;
    /// The first halves of `begin` and `complete`, before `report`.
    [[nodiscard]] bool may_begin() noexcept;
    void keep(RunResult result) noexcept;

private:
    friend class detail::LoopRun;
    void drop() noexcept;
    detail::RunSlot* slot_;
};

/// Where runs happen.
///
/// *Thread safety*: all functions may be called from any thread; `submit` must not run jobs under a
/// lock. *Lifetime*: started once; after `shutdown` it is not used again.
class Executor {
public:
    virtual ~Executor() = default;

    virtual void start() = 0;
    /// How many more runs it would take now. The engine claims no more than that, so it bounds what
    /// waits in memory, and what is on record as started without having begun. A run that has been
    /// reported takes up no room any more: the engine asks again after a report, and only then.
    [[nodiscard]] virtual std::size_t room() const = 0;
    /// Takes all of them, even above `room`, and leaves `runs` empty.
    virtual void submit(std::vector<RunTicket>& runs) = 0;
    /// Why it cannot run this job, for an error at `add_job`; empty if it can. Unless it says
    /// otherwise, an executor runs all functions and no coroutines.
    [[nodiscard]] virtual std::string refuse(const JobDefinition& job) const;
    /// True if it waits for something that does not come, as a turn of an event loop that does not
    /// run, and was asked for `patience` ago: then the end of a scheduler waits no longer for runs.
    /// Asks for it.
    [[nodiscard]] virtual bool stalled(Duration /*patience*/) noexcept { return false; }
    /// While a thread waits for runs (in `shutdown`), some of them may need that very thread, as
    /// that of an event loop: if the calling thread is one of those, does some of its work for a
    /// moment and returns true.
    virtual bool go_on_here() noexcept { return false; }
    /// Whether the caller is inside of one of its runs, which then cannot be waited for. For those
    /// whose runs do more than `RunTicket::execute` and `run`, of which that is known.
    [[nodiscard]] virtual bool is_inside() const { return false; }
    /// Asks running jobs that watch their stop token to stop is the engine's work; this one ends
    /// the threads: with `wait` after all that was submitted has run, otherwise what waits in the
    /// queue is dropped (its tickets report it as cancelled) and only running jobs are waited for.
    virtual void shutdown(bool wait) = 0;
};

[[nodiscard]] std::shared_ptr<Executor> make_inline_executor();
[[nodiscard]] std::shared_ptr<Executor> make_thread_pool(int threads);
[[nodiscard]] std::shared_ptr<Executor> make_command_executor(int max_commands);
[[nodiscard]] std::shared_ptr<Executor> make_process_pool(int workers,
                                                          const ProcessPoolOptions& options = {});

}  // namespace punctual
