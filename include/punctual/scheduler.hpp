#pragma once
// The scheduler: what applications hold. This base has all the verbs; the kinds in
// `punctual/schedulers/` say how time passes.
//
//     BackgroundScheduler scheduler;
//     scheduler.start();
//     scheduler.add_job([] { std::puts("tick"); }, interval(2s));
//     …
//     scheduler.shutdown();

#include <punctual/config.hpp>
#include <punctual/errors.hpp>
#include <punctual/event.hpp>
#include <punctual/job.hpp>
#include <punctual/schedulers/driver.hpp>
#include <punctual/task.hpp>
#include <punctual/transaction.hpp>
#include <punctual/transfer.hpp>
#include <punctual/trigger.hpp>

#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace punctual {

class Scheduler;

struct StartOptions {
    /// Started, but nothing runs until `resume`.
    bool paused = false;
};

struct ShutdownOptions {
    /// Waits until running jobs have finished; otherwise asks them to stop and returns at once.
    bool wait = true;
    /// With `wait`: after this long, running jobs are asked to stop all the same.
    Duration timeout = unlimited;
    /// A store that does not answer is tried for this long; then the outcomes of its last runs stay
    /// unrecorded, which is logged, and the next start treats these runs as lost.
    Duration store_timeout = 10s;
    /// An event loop that makes no turn is waited for this long; then the runs that it should have
    /// made are cancelled, which is logged.
    Duration loop_timeout = 10s;
};

struct ImportOptions {
    /// Receives the jobs.
    std::string store = "default";
    ExistingJobs existing = ExistingJobs::refuse;
};

enum class SchedulerState : std::uint8_t { stopped, running, paused };

/// Identifies a listener, to remove it.
using ListenerId = std::uint64_t;

namespace detail {

class Listener {
public:
    virtual ~Listener() = default;
    virtual void notify(const Event& event) = 0;
};
template <class E, class F>
class FunctionListener final : public Listener {
public:
    explicit FunctionListener(F function) : function_(std::move(function)) {}
    void notify(const Event& event) override { function_(static_cast<const E&>(event)); }

private:
    F function_;
};

}  // namespace detail

/// What `scheduled_job` returns: give it the callable.
class [[nodiscard]] ScheduledJob {
public:
    /// Registers `function` as a task named after the job's id (so that a store can keep it), adds
    /// the job, and returns the function. *Throws* as `add_job`; without an id the job stays in
    /// memory.
    template <class F>
    F operator()(F function) &&;

private:
    friend class Scheduler;
    ScheduledJob(Scheduler& scheduler, Trigger trigger, JobOptions options)
        : scheduler_(scheduler), trigger_(std::move(trigger)), options_(std::move(options)) {}
    Scheduler& scheduler_;
    Trigger trigger_;
    JobOptions options_;
};

/// *Thread safety*: all functions may be called from any thread, from jobs and from listeners.
/// *Throws*: Error after `fork`, in the child: its copy of a scheduler has no threads.
class Scheduler {
public:
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    // --- Jobs ---

    /// Adds a job. Before `start` it is pending: its first instant is worked out at start. A first
    /// instant is never before the adding: a `date` that has passed is reported as missed and the
    /// job is not kept. *Throws* ConflictingIdError, UnknownStoreError, UnknownExecutorError,
    /// ValueError (an option out of range), SerializationError (a callable without a name in a
    /// store that must keep it), StoreError. Nothing is added then.
    Job add_job(Call call, Trigger trigger, JobOptions options = {});
    /// Runs once, at once.
    Job add_job(Call call, JobOptions options = {});
    /// Adds many at once, each store's in one transaction: much faster on a durable store.
    /// *Throws* as `add_job`; then none of the failing store's are added.
    std::vector<Job> add_jobs(std::vector<JobRequest> requests);
    /// `scheduler.scheduled_job(crontab("30 2 * * *"), {.id = "backup"})([] { … });`
    /// With an id, `replace_existing` is implied.
    ScheduledJob scheduled_job(Trigger trigger, JobOptions options = {});

    // In a transaction that the application has under way on the store's database, so that the job
    // exists exactly if the application's rows do. Nothing is committed, rolled back or set here;
    // after a throw the transaction is as it was before the call, where the database allows. No
    // event is told of these, for they may be undone; only a `date` that has passed is reported as
    // missed, since its job is not kept in any case. After the commit say `wakeup`: until then the
    // scheduler does not know when to look. *Throws* as their namesakes; TransactionError (none
    // under way, failed, on another database, or a store that takes part in none);
    // SchedulerNotRunningError if stopped.
    // A transaction that has written keeps the scheduler from writing to a SQLite file: let it be
    // short, and give it to each of these calls; the plain ones would wait for it, and fail.
    Job add_job(const Transaction& transaction, Call call, Trigger trigger,
                JobOptions options = {});
    Job add_job(const Transaction& transaction, Call call, JobOptions options = {});
    Job modify_job(const Transaction& transaction, std::string_view id, JobChanges changes,
                   std::string_view store = "default");
    void remove_job(const Transaction& transaction, std::string_view id,
                    std::string_view store = "default");
    /// Looks for due jobs now: for those that others have put into a store, or that a transaction
    /// of the application's has. Does nothing if stopped.
    void wakeup();

    // With `store` empty, the first store that has the job is meant. Each *throws* JobLookupError
    // if there is none, UnknownStoreError, StoreError.
    Job modify_job(std::string_view id, JobChanges changes, std::string_view store = {});
    Job reschedule_job(std::string_view id, Trigger trigger, std::string_view store = {});
    Job pause_job(std::string_view id, std::string_view store = {});
    Job resume_job(std::string_view id, std::string_view store = {});
    /// Runs it now, besides its schedule. *Throws* SchedulerNotRunningError if stopped.
    Job run_job(std::string_view id, std::string_view store = {});
    void remove_job(std::string_view id, std::string_view store = {});
    /// All jobs, of one store or of all; returns how many.
    std::size_t remove_all_jobs(std::string_view store = {});

    [[nodiscard]] Job get_job(std::string_view id, std::string_view store = {}) const;
    /// Nothing if there is none.
    [[nodiscard]] std::optional<Job> find_job(std::string_view id,
                                              std::string_view store = {}) const;
    /// In order of next run time, paused ones last.
    [[nodiscard]] std::vector<Job> get_jobs(std::string_view store = {}) const;
    /// Writes them store by store, as APScheduler does: one line a job.
    void print_jobs(std::string_view store = {}) const;
    void print_jobs(std::ostream& out, std::string_view store = {}) const;
    /// Finished runs on record, newest first.
    [[nodiscard]] std::vector<RunRecord> get_runs(const RunQuery& query = {},
                                                  std::string_view store = "default") const;

    /// Runs under way, in order of id: those that wait in an executor and those that have begun; of
    /// one store or of all.
    [[nodiscard]] std::vector<RunningRun> get_running(std::string_view store = {}) const;
    /// Asks a run under way to stop: a job that watches `stop_requested` ends, a command or a
    /// worker process is ended, one that waits in its executor does not begin. It ends as
    /// cancelled. *Throws* JobLookupError if no such run is under way, UnknownStoreError.
    void cancel_run(RunId run, std::string_view store = "default");

    /// Writes the jobs of one store or of all as JSON, one a line, for `import_jobs`; returns how
    /// many. *Throws* SerializationError for a job that calls a function without a name,
    /// SchedulerNotRunningError if stopped, UnknownStoreError, StoreError.
    std::size_t export_jobs(std::ostream& out, std::string_view store = {}) const;
    /// Reads jobs that were exported into a store; what is overdue is caught up as their options
    /// say. *Throws* SerializationError that names the line, ConflictingIdError,
    /// UnknownExecutorError, and as `export_jobs`; the jobs before, in steps of 500, are taken over
    /// then.
    Transferred import_jobs(std::istream& in, const ImportOptions& options = {});

    // --- Life ---

    /// Replaces all options. *Throws* ConfigurationError if running or if an option is wrong; Error
    /// from a job or listener while the scheduler ends, as `start` does.
    void configure(SchedulerOptions options);
    /// Opens the stores, takes up what an earlier process left, adds pending jobs, and starts.
    /// *Throws* SchedulerAlreadyRunningError, TaskError (two tasks of one name), what opening a
    /// store or adding a pending job throws; the scheduler is stopped again then. An end under way
    /// is waited for; a job or listener gets Error instead, for that end may wait for it.
    void start(StartOptions options = {});
    /// Nothing new is claimed until `resume`; running jobs go on.
    void pause();
    void resume();
    /// Lets running jobs finish, records their outcomes, closes executors and then stores. The
    /// scheduler may be started again; jobs in memory stores stay. From inside a job or a listener
    /// it acts as with `wait = false`. Does nothing if stopped. *Throws* SchedulerNotRunningError
    /// if it never started.
    void shutdown(ShutdownOptions options = {});
    [[nodiscard]] SchedulerState state() const;
    [[nodiscard]] bool running() const { return state() != SchedulerState::stopped; }

    // --- Stores and executors, also while running ---
    // These *throw* SchedulerNotRunningError while the scheduler ends, for an end may wait for a
    // job that calls them; and Error on a thread that is inside of a start or an end.

    /// *Throws* ConfigurationError if the name is taken, StoreError.
    void add_store(const std::string& name, StoreSpec spec);
    /// Its jobs stay in it. Runs under way are waited for. *Throws* UnknownStoreError; Error from
    /// inside a job or a listener, which it would wait for.
    void remove_store(const std::string& name);
    /// *Throws* ConfigurationError if the name is taken, ExecutorError.
    void add_executor(const std::string& name, ExecutorSpec spec);
    /// Its running jobs finish. Jobs that name it wait until there is one of that name again.
    /// *Throws* UnknownExecutorError.
    void remove_executor(const std::string& name);

    // --- Events ---

    /// Calls `function(const Event&)` for each event of these kinds.
    template <class F>
    ListenerId add_listener(F function, EventType types = EventType::all) {
        return add(std::make_shared<detail::FunctionListener<Event, F>>(std::move(function)),
                   types);
    }
    /// Calls `function(const E&)` for each event of that kind: `on<JobError>(…)`.
    template <std::derived_from<Event> E, class F>
    ListenerId on(F function) {
        return add(std::make_shared<detail::FunctionListener<E, F>>(std::move(function)), E::kind);
    }
    /// May still be called by an event under way. Unknown ids are passed over.
    void remove_listener(ListenerId id);

    /// For Punctual's own sources.
    [[nodiscard]] detail::SchedulerCore& core() { return *core_; }

protected:
    Scheduler(SchedulerOptions options, std::unique_ptr<Driver> driver);
    /// Asks running jobs to stop, and waits for them.
    ~Scheduler();

private:
    ListenerId add(std::shared_ptr<detail::Listener> listener, EventType types);
    std::shared_ptr<detail::SchedulerCore> core_;
};

template <class F>
F ScheduledJob::operator()(F function) && {
    if (options_.id.empty()) {
        scheduler_.add_job(Call(function), std::move(trigger_), std::move(options_));
    } else {
        const auto task = detail::make_task<void>(
            options_.id, function, detail::OnDuplicate::replace, detail::ParameterList<>());
        options_.replace_existing = true;
        scheduler_.add_job(task(), std::move(trigger_), std::move(options_));
    }
    return function;
}

}  // namespace punctual
