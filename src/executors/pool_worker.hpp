#pragma once
// One worker of a pool of processes: the runs that it was given, and what becomes of them when it
// answers, hangs or ends.

#include "executors/event_poll.hpp"
#include "executors/worker_process.hpp"

#include <punctual/executors/executor.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace punctual::detail {

/// A run on its way to a worker.
struct WaitingRun {
    RunTicket ticket;
    /// How many workers ended while they had it, and had not begun it.
    int workers_lost = 0;
};

/// A run that is over.
struct FinishedRun {
    RunTicket ticket;
    RunResult result{};
    std::string output{};
};

/// What workers did since the pool looked last.
struct WorkerChanges {
    std::vector<FinishedRun> finished;
    /// Those that must not begin any more, and know why.
    std::vector<RunTicket> refused;
    /// For another worker, in order.
    std::vector<WaitingRun> returned;
    /// How long runs took that were answered, one after another.
    std::size_t answers = 0;
    SteadyTime::duration took{};

    /// Whether the run may begin still; it is among the refused otherwise.
    [[nodiscard]] bool may_begin(WaitingRun& run) {
        if (run.ticket.may_begin()) return true;
        refused.push_back(std::move(run.ticket));
        return false;
    }
};

/// *Thread safety*: none; the pool's thread owns it.
class PoolWorker {
public:
    /// A run that has begun holds up those behind it for no longer: they go to other workers.
    static constexpr SteadyTime::duration patience = std::chrono::milliseconds(5);

    /// `on_stop` is told when one of its runs is asked to stop: the pool calls `stop_runs` then.
    /// *Throws* ExecutorError if the system cannot watch it. *Lifetime*: within that of all that it
    /// refers to.
    PoolWorker(WorkerProcess process, const ProcessPoolOptions& options, EventPoll& poll,
               StopListener& on_stop, SteadyTime now);
    PoolWorker(const PoolWorker&) = delete;
    PoolWorker& operator=(const PoolWorker&) = delete;
    ~PoolWorker();

    /// How many runs it would take now, where none should hold more than `most`.
    [[nodiscard]] std::size_t room(std::size_t most, SteadyTime now) const;
    /// Runs that it was given and that are not over.
    [[nodiscard]] std::size_t load() const { return in_flight_.size(); }
    /// Takes it over, if it may begin and can be sent; otherwise it goes to `changes`.
    void give(WaitingRun run, SteadyTime now, WorkerChanges& changes);
    void flush();

    /// What the pool waits for, as the owner of an event: its messages, or the end of its process.
    struct Source {
        bool* ready;
        void note() const { *ready = true; }
    };
    /// Does what is due.
    void advance(SteadyTime now, WorkerChanges& changes);
    /// Sees to runs that were asked to stop since it looked last.
    void stop_runs(SteadyTime now, WorkerChanges& changes);
    /// Gives back what has not begun.
    void take_back(SteadyTime now, WorkerChanges& changes);
    /// It gets no more runs, and ends once it has done those that it has.
    void retire(SteadyTime now);

    [[nodiscard]] SteadyTime deadline() const;
    /// False once it gets no more runs.
    [[nodiscard]] bool is_active() const { return stage_ <= Stage::ready; }
    [[nodiscard]] bool is_ready() const { return stage_ == Stage::ready; }
    [[nodiscard]] bool is_gone() const { return stage_ == Stage::gone; }
    /// Why it was gone before it was ready; empty if it was ready.
    [[nodiscard]] const std::string& start_failure() const { return start_failure_; }
    /// That was a signal from elsewhere, and says nothing about the next one.
    [[nodiscard]] bool was_killed_at_start() const { return killed_at_start_; }

private:
    enum class Stage : std::uint8_t { starting, ready, retiring, gone };

    struct InFlight {
        std::uint32_t sequence;
        WaitingRun run;
    };

    void read(SteadyTime now, WorkerChanges& changes);
    void handle_messages(SteadyTime now, WorkerChanges& changes);
    void handle(const WorkerMessage& message, SteadyTime now, WorkerChanges& changes);
    void handle(const RunAnswer& answer, SteadyTime now, WorkerChanges& changes);
    void handle(const RunProgressed& progress);
    void note_rubbish(const char* what, SteadyTime now, WorkerChanges& changes);
    void finish_front(RunResult result, std::string output, WorkerChanges& changes);
    void return_after(std::uint32_t sequence, int workers_lost, WorkerChanges& changes);
    /// What has not begun is not going to. The run that began last; lower than all that it has, if
    /// none of these has.
    std::uint32_t hold_back();
    [[nodiscard]] std::uint32_t most_runs() const;
    void note_close(SteadyTime now);
    void kill_late(SteadyTime now, WorkerChanges& changes);
    void kill(std::string why);
    void conclude(WorkerChanges& changes);
    [[nodiscard]] RunResult result_of_ending(std::optional<int> status) const;
    void note_start_failure(std::optional<int> status);

    const ProcessPoolOptions* options_;
    EventPoll* poll_;
    StopListener* on_stop_;
    WorkerProcess process_;
    Stage stage_ = Stage::starting;
    std::deque<InFlight> in_flight_;
    std::uint32_t sequence_ = 0;
    std::shared_ptr<const Callable> last_call_;
    std::string last_arguments_;
    bool messages_ready_ = false;
    bool process_ended_ = false;
    Source messages_source_{&messages_ready_};
    Source process_source_{&process_ended_};
    bool wants_to_write_ = false;
    /// Its end of the messages, which it does when it ends, or when a job does it by mistake.
    bool closed_ = false;
    /// When it was given a run while it had none, or answered, whichever was later.
    SteadyTime last_turn_{};
    SteadyTime kill_at_;
    /// The run that was asked to stop; 0: none.
    std::uint32_t stopping_ = 0;
    /// That run is over, and meanwhile others may have been asked.
    bool stopped_ = false;
    /// The last run that wrote what is no message, and what is to be said of it.
    std::uint32_t spoiler_ = 0;
    std::string spoilt_because_;
    /// Set when the pool killed it.
    std::string killed_because_;
    std::string start_failure_;
    bool killed_at_start_ = false;
};

}  // namespace punctual::detail
