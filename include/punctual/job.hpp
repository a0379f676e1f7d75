#pragma once
// A job: a call, a trigger and options, as users add it and hold it.
//
//     Job job = scheduler.add_job(send_report("ops@example.com", 2), crontab("0 9 * * 1-5"),
//                                 {.id = "report", .replace_existing = true});
//     job.modify({.name = "Weekly report", .max_instances = 6});
//     job.pause();

#include <punctual/stores/store.hpp>
#include <punctual/task.hpp>
#include <punctual/time.hpp>
#include <punctual/trigger.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace punctual {

namespace detail {
class SchedulerCore;
}

/// Options of a job; what is left out comes from the scheduler's `job_defaults`.
struct JobOptions {
    /// Unique in its scheduler; empty: one is made up.
    std::string id = {};
    /// For people; empty: the task's name, or the id.
    std::string name = {};
    /// A run that begins later than this after it was due is missed. At least 1us.
    Opt<Duration> misfire_grace_time = {};
    /// Of several overdue instants only the latest runs.
    Opt<bool> coalesce = {};
    /// At most so many runs at once; at least 1.
    Opt<int> max_instances = {};
    /// At most so many overdue instants are caught up one by one; at least 1.
    Opt<int> max_catch_up = {};
    Opt<OnLost> on_lost = {};
    /// A run that takes longer, from its start and by a clock that nobody sets, is asked to stop
    /// and fails: a job that watches `stop_requested` ends, a command or a worker process is ended.
    /// At least 1us.
    Opt<Duration> timeout = {};
    /// Whether and when a run that did not succeed is tried again.
    Opt<Retry> retry = {};
    /// What becomes of an instant that finds `max_instances` runs under way.
    Opt<AtMaxInstances> at_max_instances = {};
    /// With `AtMaxInstances::queue`, at most so many instants wait; at least 1.
    Opt<int> max_queued = {};
    /// What the job returns is kept in the record of its run, besides the event.
    Opt<bool> keep_result = {};
    /// Of jobs that are due at the same instant, those with a higher one begin first; from -16 to
    /// 15.
    int priority = 0;
    /// Jobs of the same store to start when a run has ended; see `Job::then`.
    std::vector<FollowUp> then = {};
    /// The first run, instead of the trigger's first instant.
    Opt<Instant> next_run_time = {};
    /// The name of the store to add it to.
    std::string store = "default";
    /// The name of the executor that runs it.
    std::string executor = "default";
    /// Added without a next run time, to be resumed later.
    bool paused = false;
    /// A job of this id is replaced instead of ConflictingIdError. With the same trigger it keeps
    /// its next run time, so that a program that adds its jobs at every start neither re-phases
    /// them nor loses an overdue run.
    bool replace_existing = false;
};

/// Changes to a job; what is left out stays.
struct JobChanges {
    Opt<Call> call = {};
    Opt<Trigger> trigger = {};
    Opt<std::string> name = {};
    Opt<Duration> misfire_grace_time = {};
    Opt<bool> coalesce = {};
    Opt<int> max_instances = {};
    Opt<int> max_catch_up = {};
    Opt<OnLost> on_lost = {};
    Opt<Duration> timeout = {};
    Opt<Retry> retry = {};
    Opt<AtMaxInstances> at_max_instances = {};
    Opt<int> max_queued = {};
    Opt<bool> keep_result = {};
    Opt<int> priority = {};
    Opt<std::vector<FollowUp>> then = {};
    Opt<Instant> next_run_time = {};
    Opt<std::string> executor = {};
};

/// One job to add among many (`Scheduler::add_jobs`).
struct JobRequest {
    Call call;
    /// None: once, at once.
    Opt<Trigger> trigger = {};
    JobOptions options = {};
};

/// A handle to a job: what it was when last looked up, and the scheduler's verbs for it. The verbs
/// *throw* JobLookupError if the job is gone, and refresh the handle.
/// *Thread safety*: distinct objects safe. *Lifetime*: may outlive its scheduler, whose verbs then
/// throw SchedulerNotRunningError.
class Job {
public:
    [[nodiscard]] const std::string& id() const { return record_.definition->id; }
    /// Its name, its task's, or its id.
    [[nodiscard]] const std::string& name() const { return record_.definition->display_name(); }
    [[nodiscard]] const Call& call() const { return record_.definition->call; }
    [[nodiscard]] const Trigger& trigger() const { return record_.definition->trigger; }
    [[nodiscard]] const JobSettings& settings() const { return *record_.definition->settings; }
    [[nodiscard]] const std::string& executor() const { return settings().executor; }
    /// The name of its store.
    [[nodiscard]] const std::string& store() const { return store_; }
    [[nodiscard]] JobState state() const { return record_.state; }
    /// When it is due next; nothing if it is paused, has ended, waits to be started by others, or
    /// is pending without one.
    [[nodiscard]] std::optional<Instant> next_run_time() const;
    /// True until the scheduler starts: its first instant is worked out then.
    [[nodiscard]] bool pending() const { return pending_; }
    /// How many runs (groups of overdue ones count as one) are under way.
    [[nodiscard]] int running() const { return record_.running; }
    /// Runs that wait within the job: retries, instants that found `max_instances` reached, and
    /// runs that the end of another job asked for.
    [[nodiscard]] const std::vector<QueuedRun>& queued() const { return record_.queued; }
    /// Why this process cannot run it; empty if it can.
    [[nodiscard]] std::string fault() const { return record_.definition->fault(); }

    Job& modify(JobChanges changes);
    /// Replaces the trigger; the next run time is worked out from now.
    Job& reschedule(Trigger trigger);
    Job& pause();
    /// Works out the next run time from now; the instants of the pause are recorded as skipped.
    Job& resume();
    /// Runs it now, besides its schedule.
    Job& run();
    /// Starts `next`, a job of the same store, whenever a run of this one has ended so. Asked for
    /// twice it stands once. *Throws* ValueError if the jobs would start each other in a circle, or
    /// `next` is in another store.
    Job& then(const Job& next, ThenOn on = ThenOn::success);
    /// Looks it up again.
    Job& refresh();
    /// Removes it: runs that have not started are cancelled, started ones finish.
    void remove();

    /// "report (trigger: cron[…], next run at: 2025-03-31 09:00:00 CEST)", as APScheduler prints
    /// it; one that this process cannot run says why.
    [[nodiscard]] std::string to_string() const;

private:
    friend class detail::SchedulerCore;
    Job(std::shared_ptr<detail::SchedulerCore> scheduler, std::string store, JobRecord record,
        bool pending)
        : scheduler_(std::move(scheduler)),
          store_(std::move(store)),
          record_(std::move(record)),
          pending_(pending) {}
    std::shared_ptr<detail::SchedulerCore> scheduler_;
    std::string store_;
    JobRecord record_;
    bool pending_ = false;
};

}  // namespace punctual
