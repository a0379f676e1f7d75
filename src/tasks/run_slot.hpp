#pragma once
// The memory of one run between its engine and its executor. The engine owns slots and reuses them;
// an executor sees them as tickets, a job as its RunContext.

#include <punctual/run.hpp>
#include <punctual/stores/store.hpp>

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>

namespace punctual::detail {

/// Where finished runs go: the engine's side of a slot.
class RunSink {
public:
    virtual ~RunSink() = default;
    [[nodiscard]] virtual Instant now() noexcept = 0;
    /// Takes the slot back; it must not be touched afterwards. From any thread.
    virtual void finished(RunSlot& slot) noexcept = 0;
};

/// What most runs do without.
struct RunDetails {
    std::string reason;
    std::string output;
    Value result;
};

struct RunSlot {
    explicit RunSlot(RunSink& owner) : sink(&owner) {}
    ~RunSlot() { delete stop_source.load(std::memory_order_acquire); }
    RunSlot(const RunSlot&) = delete;
    RunSlot& operator=(const RunSlot&) = delete;

    /// Makes the slot ready for another run.
    void reset(ClaimedRun claimed);
    /// From any thread.
    void request_stop() noexcept;
    [[nodiscard]] std::stop_token stop_token();
    RunDetails& ensure_details();

    ClaimedRun run;
    RunSink* sink;
    RunSlot* next = nullptr;  ///< Links finished slots on their way back.
    std::unique_ptr<RunDetails> details;
    Instant started{};
    Instant finished{};
    RunState outcome = RunState::claimed;
    bool live = false;  ///< The pool's: in use.
    std::atomic<bool> stop_requested = false;
    /// Made when a job first asks for a token: most never do.
    std::atomic<std::stop_source*> stop_source = nullptr;
};

/// The sink of the run that this thread is inside of; null outside of runs.
[[nodiscard]] const RunSink* executing_sink() noexcept;

/// Marks this thread as inside of a run. Runs may nest: a job may run another scheduler's loop.
class ExecutingGuard {
public:
    explicit ExecutingGuard(const RunSink* sink) noexcept;
    ~ExecutingGuard();
    ExecutingGuard(const ExecutingGuard&) = delete;
    ExecutingGuard& operator=(const ExecutingGuard&) = delete;

private:
    const RunSink* before_;
};

}  // namespace punctual::detail
