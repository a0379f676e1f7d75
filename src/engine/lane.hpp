#pragma once
// One store's way through the engine. A pass collects what executors have finished, settles it,
// starts what waited for it, claims what is due, in one step of the store, and then hands runs over
// and tells listeners. A lane reads no clock but for the times of runs, starts no thread and never
// sleeps.

#include <punctual/clock.hpp>
#include <punctual/errors.hpp>
#include <punctual/stores/store.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/decide.hpp"
#include "engine/event_bus.hpp"
#include "engine/executor_set.hpp"
#include "engine/next_jobs.hpp"
#include "engine/run_reporter.hpp"
#include "engine/slot_pool.hpp"
#include "engine/timeout_watch.hpp"

namespace punctual::detail {

/// What lanes share.
struct EngineContext {
    std::shared_ptr<Clock> clock;
    EventBus bus;
    ExecutorSet executors;
    /// Called after a pass that took runs back from executors, and for an executor that has room
    /// again: lanes may wait for it.
    std::function<void()> room_freed;
    /// Called after a pass in which a lane's last outstanding run was settled.
    std::function<void()> became_idle;
};

class Lane final : public RunSink {
public:
    /// `wake` asks whoever drives this lane for a pass; called from any thread.
    Lane(std::string name, std::shared_ptr<JobStore> store, EngineContext& context,
         std::function<void()> wake);

    // --- By the driving thread ---

    /// Takes up the runs that an earlier process left. *Throws* what the store throws.
    void recover(Instant now);
    /// Does what is due; returns when to call again. A store that fails is tried again by itself.
    Instant pass(Instant now) noexcept;
    /// The next pass does not wait until a store that failed may be tried again.
    void retry_at_once() { retry_at_ = Duration::min(); }

    // --- From any thread ---

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] JobStore& store() { return *store_; }
    /// Whether due jobs are claimed.
    void set_claiming(bool claiming);
    /// No run that waits for another of its group is started any more; they stay on record.
    void set_closing(bool closing) { closing_ = closing; }
    /// A job was added or changed and is due then.
    void due_at(Instant due);
    /// A job may have been added or changed: whether it was is not known.
    void look_again();
    /// Runs a job besides its schedule, in the next pass.
    void run_now(std::shared_ptr<const JobDefinition> job, std::int64_t generation, Instant now);
    void request_stop();
    /// Asks the run to stop; false if it is not under way.
    [[nodiscard]] bool cancel_run(RunId id);
    /// Appends those under way.
    void append_running(std::vector<RunningRun>& runs);
    /// Wakes the lane if it waits for room in an executor.
    void wake_if_starved();
    /// True while the store does not answer.
    [[nodiscard]] bool failing() const { return failing_; }
    /// Whether runs are with their executors, just come back from there, or were asked for and wait
    /// for the store.
    [[nodiscard]] bool runs_go_on();
    /// Runs that were handed over and are not settled; and one for a pass that is under way.
    [[nodiscard]] std::size_t outstanding() const { return outstanding_; }

    // --- RunSink ---

    [[nodiscard]] Instant now() noexcept override { return context_.clock->now(); }
    [[nodiscard]] Duration elapsed() noexcept override { return context_.clock->elapsed(); }
    void finished(RunSlot& slot) noexcept override;
    void progressed(RunSlot& slot, RunProgress progress) noexcept override;
    void room_freed() noexcept override;

private:
    using Waiting = std::map<RunId, std::deque<ClaimedRun>>;

    [[nodiscard]] bool collect();
    void to_settlement(RunSlot& slot);
    void keep_result(Settlement& settlement, Value result);
    void go_on_in_group(Settlement& settlement, StopCause cause);
    void settle_unstarted(ClaimedRun run, Instant now);
    void replace_runs();
    void wait_in_group(ClaimedRun run);
    void start_waiting_groups();
    void reconcile();
    void forget_request(const ClaimedRun& run);
    [[nodiscard]] std::vector<RunId> known_runs();

    Instant work(Instant now);
    void read_rooms();
    void start_unscheduled(Instant now);
    [[nodiscard]] bool anything_to_do(Instant now);
    void write(Instant now);
    void process(Instant now);
    void settle_in_parts(Instant now);
    void settle_shortened(const Error& refusal, Instant now);
    void after_write(Instant now);
    void after_settling(std::size_t count, Instant now);
    void report(std::span<Settlement> settled, Instant now);
    void hand_over(Instant now);
    void hand_over_run(ClaimedRun run, Instant now);
    static void submit(const NamedExecutor& named, std::vector<RunTicket>& tickets) noexcept;
    [[nodiscard]] bool superseded(const ClaimedRun& run) const;
    Instant failed(Instant now, const char* reason) noexcept;
    void answered(Instant now);

    const std::string name_;
    const std::shared_ptr<JobStore> store_;
    EngineContext& context_;
    const std::function<void()> wake_;
    RunReporter reporter_;
    SlotPool slots_;

    // From any thread.
    std::atomic<RunSlot*> finished_ = nullptr;  // a stack, taken as a whole
    std::atomic<bool> claiming_ = false;
    std::atomic<bool> closing_ = false;
    std::atomic<bool> starved_ = false;
    std::atomic<std::int64_t> next_wake_ = INT64_MAX;
    std::atomic<std::size_t> outstanding_ = 0;
    std::atomic<bool> failing_ = false;
    std::mutex unscheduled_mutex_;
    std::vector<ClaimedRun> unscheduled_;  // asked for, not yet on record

    // Of the driving thread.
    DueDecider decider_;
    std::vector<Settlement> settlements_;
    std::unordered_map<RunId, Value> unkept_results_;  // of settlements that are to be written
    std::vector<ClaimedRun> starts_;
    std::vector<ClaimedRun> ready_;  // on record as started, to be handed over
    TimeoutWatch timeouts_;
    Waiting waiting_;  // by group
    StoreResult result_;
    std::shared_ptr<const ExecutorList> executors_;
    std::vector<ClaimRequest> claims_;
    std::vector<std::string_view> open_executors_;
    std::vector<std::vector<RunTicket>> tickets_;  // by executor
    NextJobs next_jobs_;
    Duration retry_at_ = Duration::min();  // of `Clock::elapsed`
    int failures_ = 0;
    bool uncertain_ = false;  // whether the store has runs that this process does not know
    bool in_doubt_ = false;   // whether it has the settlements
};

}  // namespace punctual::detail
