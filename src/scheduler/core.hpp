#pragma once
// What is behind `Scheduler` and `Job`: the lanes of its stores, its executors, listeners and
// pending jobs, and the state of its life.

#include <punctual/scheduler.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/lane.hpp"
#include "scheduler/job_request.hpp"
#include "scheduler/pending_jobs.hpp"
#include "scheduler/wake_loop.hpp"
#include "tasks/thread_mark.hpp"

namespace punctual::detail {

class JobReceiver;

/// Looks a job up; null if there is none.
using JobFinder = std::function<std::shared_ptr<const JobDefinition>(const std::string& id)>;

class SchedulerCore final : public Passes, public std::enable_shared_from_this<SchedulerCore> {
public:
    SchedulerCore(SchedulerOptions options, std::unique_ptr<Driver> driver);
    ~SchedulerCore() override;

    // --- Jobs (core_adding.cpp, core_jobs.cpp, core_chains.cpp, core_pending.cpp,
    // core_transfer.cpp) ---

    Job add_one(JobRequest request);
    std::vector<Job> add(std::vector<JobRequest> requests);
    Job modify(std::string_view id, const JobChanges& changes, std::string_view store);
    Job pause_job(std::string_view id, std::string_view store);
    Job resume_job(std::string_view id, std::string_view store);
    Job run_job(std::string_view id, std::string_view store);
    void remove(std::string_view id, std::string_view store);
    Job then(const Job& job, const Job& next, ThenOn on);
    void cancel_run(RunId run, std::string_view store);
    [[nodiscard]] std::vector<RunningRun> running(std::string_view store) const;
    std::size_t remove_all(std::string_view store);
    [[nodiscard]] std::optional<Job> find(std::string_view id, std::string_view store);
    [[nodiscard]] Job get(std::string_view id, std::string_view store);
    [[nodiscard]] std::vector<Job> list(std::string_view store);
    void print(std::ostream& out, std::string_view store);
    [[nodiscard]] std::vector<RunRecord> runs(const RunQuery& query, std::string_view store);
    [[nodiscard]] TimeZone timezone() const { return timezone_; }
    std::size_t export_to(std::ostream& out, std::string_view store);
    Transferred import_from(std::istream& in, const ImportOptions& options);

    // --- In a transaction of the caller's (core_transactions.cpp) ---

    Job add_within(const Transaction& transaction, const JobRequest& request);
    Job modify_within(const Transaction& transaction, std::string_view id,
                      const JobChanges& changes, std::string_view store);
    void remove_within(const Transaction& transaction, std::string_view id, std::string_view store);
    void wakeup();

    // --- Life (core_life.cpp, core_end.cpp) ---

    void configure(SchedulerOptions options);
    void start(StartOptions options);
    void pause();
    void resume();
    void shutdown(ShutdownOptions options);
    /// The last call before the `Scheduler` is gone; handles to jobs may stay.
    void close();
    [[nodiscard]] SchedulerState state() const { return state_; }

    // --- Stores and executors (core_parts.cpp) ---

    void add_store(const std::string& name, const StoreSpec& spec);
    void remove_store(const std::string& name);
    void add_executor(const std::string& name, const ExecutorSpec& spec);
    void remove_executor(const std::string& name);
    [[nodiscard]] EventBus& bus() { return context_.bus; }

    // --- Passes ---

    Instant pass() noexcept override;
    bool tell_events() noexcept override;

    /// Runs handed over and not settled, in all stores.
    [[nodiscard]] std::size_t outstanding();

private:
    /// A store's lane and, if the store may block, the thread that drives it.
    struct Track {
        std::unique_ptr<Lane> lane;
        WakeLoop loop;
        std::thread thread;
        bool driven_by_thread = false;
        std::atomic<bool> open = false;
        std::atomic<bool> leaving = false;  // it is being removed

        ~Track() {
            if (thread.joinable()) thread.join();
        }
    };
    using Tracks = std::vector<std::shared_ptr<Track>>;
    class LifeLock;
    using Change = std::function<JobEdit(const JobRecord& current, Instant now)>;

    // Common.
    void check_usable() const;
    void check_there() const;
    [[nodiscard]] bool in_other_process() const;
    [[nodiscard]] bool started() const { return state_ != SchedulerState::stopped; }
    [[nodiscard]] bool is_ending() const { return ending_ && started(); }
    [[nodiscard]] Tracks tracks() const;
    /// Those that `store` means: all if it is empty. *Throws* UnknownStoreError.
    [[nodiscard]] Tracks tracks_for(std::string_view store) const;
    [[nodiscard]] Instant now() const { return context_.clock->now(); }
    template <class E>
    void tell(E event);
    /// Is told by `tell_kept`, before all events that come later.
    template <class E>
    void keep(E event);
    void tell_kept();
    template <class E>
    void tell_job(const std::string& store, const std::string& id);
    template <class E>
    [[nodiscard]] static E of_store(const std::string& store);
    template <class E>
    [[nodiscard]] static E of_executor(const std::string& executor);

    // Jobs.
    struct Addition;
    Addition& addition_for(const JobOptions& options, std::vector<Addition>& additions);
    std::vector<Job> add_to_stores(const std::vector<JobRequest>& requests);
    [[nodiscard]] JobRecord make_record(const JobRequest& request, Instant now);
    void check_acceptable(const JobDefinition& job, Track& track);
    void check_executor(const JobDefinition& job);
    /// Jobs of the store, and those that are about to be there.
    [[nodiscard]] static JobFinder jobs_of(JobStore& store, std::span<const JobRecord> added = {});
    /// As the transaction sees them.
    [[nodiscard]] static JobFinder jobs_within(const Transaction& transaction, JobStore& store);
    /// Before an edit, for it looks up jobs.
    static void check_chain(std::string_view id, std::span<const FollowUp> then,
                            const JobFinder& find);
    static void check_chains(std::span<const JobRecord> added, const JobFinder& find);
    [[nodiscard]] bool report_if_over(const JobRecord& job, const std::string& store, Instant now);
    [[noreturn]] static void throw_conflict(const std::string& store, const std::string& id);
    void put(Track& track, std::span<const JobRecord> records);
    /// Writes to the store of a lane. Where the answer is lost the job may be there all the same,
    /// and nobody else would tell the lane.
    template <class F>
    static auto write(Lane& lane, F function) {
        try {
            return function();
        } catch (const StoreError&) {
            lane.look_again();
            throw;
        }
    }
    void replace(Track& track, std::vector<JobRecord>& records,
                 const std::vector<const JobRequest*>& requests);
    [[nodiscard]] JobEdit replacement(const JobRecord& current, JobRecord proposed,
                                      const JobOptions& options);
    Job change(std::string_view id, std::string_view store, const Change& change);
    JobRecord change_within(const Transaction& transaction, std::string_view id,
                            std::string_view store, const Change& change);
    void require_started_for(const Transaction& transaction) const;
    void tell_skipped(const Job& job, const NotRun& range);
    [[nodiscard]] JobEdit modified(const JobRecord& current, const JobChanges& changes,
                                   Instant now);
    [[nodiscard]] Job handle(const std::string& store, JobRecord record, bool pending = false);

    void tell_received(Track& track, const JobReceiver& receiver, ExistingJobs existing);

    // Pending jobs.
    [[nodiscard]] Job add_pending(JobRequest request);
    [[nodiscard]] Job pending_handle(const JobRequest& request);
    [[nodiscard]] std::optional<Job> change_pending(std::string_view id, std::string_view store,
                                                    const std::function<void(JobRequest&)>& change);

    // Life.
    void begin_life(StartOptions options);
    void begin(StartOptions options);
    void open(Track& track);
    void open_executor(const std::string& name, const ExecutorSpec& spec);
    void schedule_reboot_jobs(Track& track);
    void drive(Track& track);
    void stop_driving(Track& track);
    void settle_claiming();
    void start_driving();
    void abandon_start() noexcept;
    void begin_end();
    /// *Throws* std::system_error if there is no thread to be had; nothing has changed then.
    void begin_end_aside(const ShutdownOptions& options);
    void take_back_end();
    void finish(const ShutdownOptions& options);
    void wish_end(const ShutdownOptions& options);
    void forget_end_wish();
    /// False if runs are outstanding still: after `limit`, with a store that does not answer, or
    /// with a driver that makes no pass for `loop_timeout`.
    bool wait_until_idle(const Tracks& tracks, Duration limit, Duration loop_timeout);
    /// Does what only this thread can do, as the driver's or an executor's, for runs that are
    /// waited for; false if it is neither.
    bool go_on_here();
    /// Whether the driver or an executor has waited so long for a loop that does not run.
    [[nodiscard]] bool stalled(Duration patience);
    void record_last_outcomes(const Tracks& tracks, Duration timeout);
    void request_stop();
    void close_executors();
    void close_stores();
    void join_finisher();
    [[nodiscard]] bool inside() const;
    void wake_waiters() noexcept;
    /// Until there is some that `seen` does not count, or for so long.
    void wait_for_activity(std::uint64_t& seen, std::chrono::milliseconds longest);
    void make_tracks();
    [[nodiscard]] std::shared_ptr<Track> make_track(const std::string& name, const StoreSpec& spec);
    void wake(Track& track) noexcept;
    Instant pass_over(Track& track) noexcept;

    const std::unique_ptr<Driver> driver_;
    const int process_;  // of which the object is
    EngineContext context_;
    SettingsCache settings_;
    IdSource ids_;
    TimeZone timezone_;

    std::mutex life_mutex_;  // guards the next five
    std::condition_variable life_free_;
    bool life_taken_ = false;  // one start, shutdown, configure or change of parts at a time
    std::thread::id life_thread_{};
    const void* life_fiber_ = nullptr;
    std::optional<ShutdownOptions> end_wish_;  // of who could not take it
    SchedulerOptions options_;                 // of who has taken it, as the next
    std::thread finisher_;
    std::atomic<bool> finisher_done_ = false;
    std::atomic<bool> ever_started_ = false;
    std::atomic<SchedulerState> state_ = SchedulerState::stopped;
    std::atomic<bool> driving_ = false;
    std::atomic<bool> ending_ = false;
    std::atomic<bool> closed_ = false;

    std::mutex claiming_mutex_;
    mutable std::mutex parts_mutex_;
    Tracks tracks_;
    Tracks removed_;  // with runs that could not be settled: executors may point at their lanes

    std::mutex pending_mutex_;
    PendingJobs pending_;

    std::mutex idle_mutex_;
    std::condition_variable idle_;
    std::atomic<int> waiters_ = 0;
    std::uint64_t activity_ = 0;  // how often there was some
};

/// Marks the calling thread as inside a pass or a listener of this scheduler.
class InsideGuard {
public:
    explicit InsideGuard(const SchedulerCore* core);
    ~InsideGuard();
    InsideGuard(const InsideGuard&) = delete;
    InsideGuard& operator=(const InsideGuard&) = delete;

private:
    const ThreadMark<SchedulerCore> mark_;
};

template <class E>
void SchedulerCore::tell(E event) {
    if (!context_.bus.wanted(E::kind)) return;
    event.at = now();
    const InsideGuard guard(this);
    context_.bus.tell(std::move(event));
}

template <class E>
void SchedulerCore::keep(E event) {
    if (!context_.bus.wanted(E::kind)) return;
    event.at = now();
    context_.bus.keep(std::move(event));
}

template <class E>
E SchedulerCore::of_store(const std::string& store) {
    E event;
    event.store = store;
    return event;
}

template <class E>
E SchedulerCore::of_executor(const std::string& executor) {
    E event;
    event.executor = executor;
    return event;
}

template <class E>
void SchedulerCore::tell_job(const std::string& store, const std::string& id) {
    if (!context_.bus.wanted(E::kind)) return;
    E event;
    event.store = store;
    event.job_id = id;
    tell(std::move(event));
}

/// A job editor from a function.
template <class F>
class FunctionEditor final : public JobEditor {
public:
    explicit FunctionEditor(F function) : function_(std::move(function)) {}
    JobEdit edit(std::size_t index, const JobRecord* current) override {
        return function_(index, current);
    }

private:
    F function_;
};

}  // namespace punctual::detail
