#pragma once
// The memory of one run between its engine and its executor. The engine owns slots and reuses them;
// an executor sees them as tickets, a job as its RunContext.

#include <punctual/run.hpp>
#include <punctual/stores/store.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "tasks/thread_mark.hpp"

namespace punctual {
class StopListener;
}

namespace punctual::detail {

/// Where finished runs go: the engine's side of a slot.
class RunSink {
public:
    virtual ~RunSink() = default;
    [[nodiscard]] virtual Instant now() noexcept = 0;
    /// Of `Clock`.
    [[nodiscard]] virtual Duration elapsed() noexcept = 0;
    /// Takes the slot back; it must not be touched afterwards. From any thread.
    virtual void finished(RunSlot& slot) noexcept = 0;
    /// The job of the slot tells how far it is. From any thread, while the run goes on.
    virtual void progressed(RunSlot& slot, RunProgress progress) noexcept = 0;
    /// An executor has room again, of which no run that is finished tells. From any thread, while
    /// the executor has a run of this sink.
    virtual void room_freed() noexcept {}
};

/// Why a run is to stop; the first cause stands.
enum class StopCause : std::uint8_t {
    none,
    shutdown,   ///< Its scheduler does not wait.
    cancelled,  ///< `cancel_run`
    replaced,   ///< A newer run is to take its place.
    timed_out,
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
    void request_stop(StopCause cause) noexcept;
    [[nodiscard]] bool stop_requested() const noexcept {
        return stop_cause.load(std::memory_order_relaxed) != StopCause::none;
    }
    [[nodiscard]] std::stop_token stop_token();
    /// Null for none. When it returns, the one before is not told any more.
    void set_stop_listener(StopListener* listener) noexcept;
    RunDetails& ensure_details();
    /// From any thread of the job.
    void set_output(std::string text);

    ClaimedRun run;
    RunSink* sink;
    RunSlot* next = nullptr;  ///< Links finished slots on their way back.
    std::unique_ptr<RunDetails> details;
    std::unique_ptr<RunProgress> progress;  ///< The sink's.
    std::atomic<Instant> started{};         ///< The engine looks at it while the run goes on.
    /// `elapsed` when a run with a timeout began; `unlimited` until then.
    std::atomic<std::chrono::microseconds> began = unlimited;
    Instant finished{};
    RunState outcome = RunState::claimed;
    bool live = false;  ///< The pool's: in use.
    std::atomic<StopCause> stop_cause = StopCause::none;
    /// Made when a job first asks for a token: most never do.
    std::atomic<std::stop_source*> stop_source = nullptr;

private:
    std::mutex output_mutex_;
    std::atomic<StopListener*> stop_listener_ = nullptr;
    std::atomic<int> telling_ = 0;  ///< Threads that may be about to tell it.
};

/// In 0 to 1, on one line.
[[nodiscard]] RunProgress make_progress(double fraction, std::string text);
/// Why a run was cancelled that did not begin.
inline constexpr const char* stopped_before_it_began = "stopped before it began";

/// Marks this thread as inside of a run, or of what it waits for. Runs may nest: a job may run
/// another scheduler's loop.
class ExecutingGuard {
public:
    explicit ExecutingGuard(const RunSink* sink) noexcept;
    ~ExecutingGuard();
    ExecutingGuard(const ExecutingGuard&) = delete;
    ExecutingGuard& operator=(const ExecutingGuard&) = delete;

private:
    const ThreadMark<RunSink> mark_;
};

}  // namespace punctual::detail
