#pragma once
// What a store of jobs has to do. Applications choose a store by a spec (`memory()`,
// `sqlite("jobs.sqlite")`, `store("postgresql://…")`); this header is for those who write one.
//
// The engine decides and the store remembers: a store knows no clock, no executor and no rule of
// scheduling. Everything that changes during a pass of the engine goes through `process`, which a
// store does in one atomic step. Hold a new store to `punctual/testing/store_contract.hpp`.

#include <punctual/chain.hpp>
#include <punctual/retry.hpp>
#include <punctual/run.hpp>
#include <punctual/task.hpp>
#include <punctual/time.hpp>
#include <punctual/transaction.hpp>
#include <punctual/trigger.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace punctual {

/// What becomes of a run that had started when its process died.
enum class OnLost : std::uint8_t {
    record,  ///< It is recorded as lost: each instant runs at most once.
    rerun,   ///< It runs again, as the next attempt: at least once.
};

/// What becomes of an instant that finds `max_instances` runs of its job under way.
enum class AtMaxInstances : std::uint8_t {
    skip,     ///< It is recorded as skipped.
    queue,    ///< It waits until one has ended; at most `max_queued` wait.
    replace,  ///< The oldest run under way is asked to stop, and it begins when one has ended. Of
              ///< several that wait so, the newest runs.
};

/// "skip", "queue" or "replace".
template <>
struct Codec<AtMaxInstances> {
    static Value encode(AtMaxInstances policy);
    static AtMaxInstances decode(const Value& value);
};

/// The range of `priority`.
inline constexpr int lowest_priority = -16;
inline constexpr int highest_priority = 15;

/// Where a job is in its life.
enum class JobState : std::uint8_t {
    active,  ///< Has a next run time, or waits to be started by others.
    paused,  ///< Waits for `resume`.
    ended,   ///< Its trigger is through; it leaves when its last run settles.
};

/// What jobs commonly share: everything but the id, the call and the trigger.
struct JobSettings {
    /// As shown to people; empty: the task's name, or the id.
    std::string name{};
    std::string executor = "default";
    Duration misfire_grace_time = unlimited;
    int max_instances = 1;
    /// At most so many overdue instants are looked at one by one, the newest.
    int max_catch_up = 100;
    bool coalesce = true;
    OnLost on_lost = OnLost::record;
    /// A run that takes longer is asked to stop, and fails.
    Duration timeout = unlimited;
    Retry retry{};
    AtMaxInstances at_max_instances = AtMaxInstances::skip;
    /// At most so many instants wait, with `AtMaxInstances::queue`.
    int max_queued = 100;
    /// What it returns is kept in the record of its run.
    bool keep_result = false;
    /// Of jobs that are due at the same instant, those with a higher one are claimed first.
    int priority = 0;
    /// Jobs to start when one of its runs has ended.
    std::vector<FollowUp> then{};

    friend bool operator==(const JobSettings&, const JobSettings&) = default;
};

/// What a job is. Immutable and shared: runs point at it, nothing copies it.
struct JobDefinition {
    std::string id;
    Call call;
    /// Resolved: its start and zone are known.
    Trigger trigger;
    /// The time of adding, from which the trigger was resolved: `trigger as written` and this give
    /// the trigger back.
    Instant added_at{};
    std::shared_ptr<const JobSettings> settings;

    /// Why this process cannot run it; empty if it can.
    [[nodiscard]] std::string fault() const;
    /// What to call it in front of people: its name, its task's, or its id.
    [[nodiscard]] const std::string& display_name() const;
};

/// `Instant` for "no next run".
inline constexpr Instant never = Instant::max();

/// A run that waits within its job for its time or its turn: a retry, an instant that found
/// `max_instances` reached, a run that the end of another job asked for.
struct QueuedRun {
    Instant scheduled{};
    /// Not before then.
    Instant due{};
    int attempt = 1;

    friend bool operator==(const QueuedRun&, const QueuedRun&) = default;
};

/// A job with what changes as time goes on.
struct JobRecord {
    std::shared_ptr<const JobDefinition> definition;
    /// The next instant the trigger names that has not been dealt with; `never` if paused or ended.
    Instant next_run_time = never;
    /// When it is to be claimed: `next_run_time` plus jitter or the time of a run that is queued,
    /// whichever is earlier; later for a job set aside.
    Instant due = never;
    /// The last instant that was dealt with; the time of adding before the first.
    Instant last_run_time{};
    /// Tells a job from an earlier one of the same id; given by the store when a job is added.
    std::int64_t generation = 0;
    /// Grows with each change of the definition.
    std::int32_t version = 0;
    /// Groups of runs claimed and not settled: what `max_instances` limits.
    std::int32_t running = 0;
    JobState state = JobState::active;
    /// In the order in which they were queued.
    std::vector<QueuedRun> queued{};
};

/// Why instants did not run.
enum class NotRunCause : std::uint8_t { missed, coalesced, max_instances, max_catch_up, paused };

/// Instants that are put on record without a run.
struct NotRun {
    Instant first;
    Instant last;
    std::int64_t count;
    /// missed or skipped.
    RunState outcome;
    /// One line: "coalesced", "missed by 3s", "max_instances (1) reached", "paused".
    std::string reason;
    /// For the event about it; stores need not keep it.
    NotRunCause cause = NotRunCause::missed;
};

/// An instant that becomes a run.
struct NewRun {
    Instant scheduled;
    Instant due;
    int attempt = 1;
};

/// What becomes of a due job. Reused from job to job: its vectors keep their memory.
struct Decision {
    /// Runs to put on record, in order: one group. The first is started, the others wait for it.
    std::vector<NewRun> runs;
    std::vector<NotRun> not_run;
    /// What waits in the job from now on.
    std::vector<QueuedRun> queued;
    Instant next_run_time = never;
    Instant due = never;
    Instant last_run_time{};
    /// With `ended`, the job leaves at once if it has no run under way and none queued.
    JobState state = JobState::active;

    void clear() {
        runs.clear();
        not_run.clear();
        queued.clear();
    }
};

/// Decides about due jobs. Without side effects, so that a store may ask again when its transaction
/// failed.
class Decider {
public:
    virtual ~Decider() = default;
    /// Fills `decision`, which is clear. May throw: then the store leaves this job as it is, claims
    /// it again a minute later, and goes on with the others.
    virtual void decide(const JobRecord& job, Decision& decision) = 0;
};

/// A run on record as claimed or started, that its engine has to see through.
struct ClaimedRun {
    RunId id = 0;
    std::shared_ptr<const JobDefinition> job;
    std::int64_t generation = 0;
    Instant scheduled{};
    Instant due{};
    int attempt = 1;
    /// The id of the first run of its group.
    RunId group = 0;
    bool started = false;
    /// For the store's own use; comes back with the settlement.
    std::uint64_t token = 0;
};

/// A run to queue in a job.
struct QueueRequest {
    std::string job_id;
    /// Of this generation of the job only; 0: whichever is there.
    std::int64_t generation = 0;
    QueuedRun run;
};

/// How a run ended.
struct Settlement {
    ClaimedRun run;
    RunState outcome = RunState::succeeded;
    Instant started{};
    Instant finished{};
    std::string reason{};
    std::string output{};
    Value result{};
    std::optional<RunProgress> progress{};
    /// No other run of its group is to come: the job has one running instance less.
    bool ends_group = true;
    /// What follows from it, queued in the same step unless the settlement is superseded: a retry,
    /// and the jobs that are to start after this one. Each makes its job due at `run.due` at the
    /// latest, unless that is paused; a job that is gone is passed over.
    std::vector<QueueRequest> follow_ups{};
};

/// Asks for due jobs of one executor.
struct ClaimRequest {
    std::string_view executor;
    /// At most so many jobs.
    std::size_t limit;
};

/// What an engine has for a store in one pass; done in one atomic step.
struct StoreBatch {
    Instant now{};
    std::span<const Settlement> settlements{};
    /// Runs, claimed before, that are about to start.
    std::span<const ClaimedRun> starts{};
    std::span<const ClaimRequest> claims{};
    /// Asked for each due job, in order of `due`, then of priority.
    Decider* decider = nullptr;
};

/// A range that was put on record, for the event about it.
struct RecordedNotRun {
    std::shared_ptr<const JobDefinition> job;
    NotRun range;
};

/// What a store did. Reused from pass to pass.
struct StoreResult {
    /// In order of `due`; the runs of a group follow one another.
    std::vector<ClaimedRun> claimed;
    std::vector<RecordedNotRun> not_run;
    /// Settlements and starts that changed nothing, because the run was taken over or cancelled.
    std::vector<RunId> superseded;
    /// Jobs that left, because their trigger had ended, their last run settled and none was queued.
    std::vector<std::shared_ptr<const JobDefinition>> ended;
    /// True if a claim reached its limit: more may be due.
    bool more = false;

    void clear();
};

/// How many finished runs stay on record. Whichever limit is reached first holds.
struct History {
    /// Newest runs of each job; 0: none are kept.
    std::int64_t runs_per_job = 1000;
    /// Newest runs of the whole store.
    std::int64_t runs = 1'000'000;
    /// Runs that ended longer ago are removed.
    Duration age = std::chrono::days(30);
};

/// What a store is opened for.
enum class StoreAccess : std::uint8_t {
    schedule,  ///< By a scheduler: the store is created where it is missing, and claims may be
               ///< made.
    inspect,   ///< To look: nothing is created, changed or locked against a scheduler.
};

struct StoreContext {
    StoreAccess access = StoreAccess::schedule;
    History history{};
    Instant now{};
};

/// What an edit does to a job.
struct JobEdit {
    enum class Action : std::uint8_t { keep, put, remove };
    Action action = Action::keep;
    /// For `put`: replaces the job, or adds it. A change of definition grows `version` by itself.
    JobRecord record{};
    /// Put on record with it.
    std::vector<NotRun> not_run{};
};

/// Decides about one job by what it is now. May be asked again when a transaction failed.
class JobEditor {
public:
    virtual ~JobEditor() = default;
    /// `current` is null if there is no such job. May throw: then nothing of the whole edit is
    /// done.
    virtual JobEdit edit(std::size_t index, const JobRecord* current) = 0;
};

/// One page of jobs, in order of next run time (paused and ended ones last), then of adding.
struct JobPage {
    std::vector<JobRecord> jobs;
    /// Give it to `list` for the next page; empty at the end.
    std::string next;
};

/// Where jobs and their runs live.
///
/// *Thread safety*: all functions may be called from any thread between `open` and `close`.
/// *Throws*: StoreUnavailableError where a retry may help, StoreError where it won't. After a throw
/// either all of a call's effects hold or none; the caller finds out with `unsettled`.
class JobStore {
public:
    virtual ~JobStore() = default;

    /// *Throws* StoreError for a damaged store, one written by a newer version, or one in use.
    virtual void open(const StoreContext& context) = 0;
    virtual void close() = 0;
    /// True if jobs outlive the process: then they must have a named task and storable arguments,
    /// and calls may block.
    [[nodiscard]] virtual bool durable() const = 0;
    /// As in messages: its URL without a password.
    [[nodiscard]] virtual std::string describe() const = 0;

    /// Adds jobs, in one atomic step; `generation` is given by the store. Returns the indexes of
    /// those whose id exists: if there is any, nothing is added. A job that has ended, with nothing
    /// queued, is gone with the next pass at the latest, as one that `edit` puts so is.
    virtual std::vector<std::size_t> add(std::span<const JobRecord> jobs) = 0;
    /// Changes, adds or removes jobs by what they are, in one atomic step. Removing cancels the
    /// runs of the job that have not started.
    virtual void edit(std::span<const std::string> ids, JobEditor& editor) = 0;
    /// As `edit`, within a transaction of the caller's, who commits it or rolls it back. After a
    /// throw nothing of this edit is in it, and it can be used still where the database allows.
    /// *Throws* TransactionError; stores that take part in none always do.
    virtual void edit_within(const Transaction& transaction, std::span<const std::string> ids,
                             JobEditor& editor);
    /// Removes every job; returns how many.
    virtual std::size_t remove_all() = 0;
    [[nodiscard]] virtual std::optional<JobRecord> find(std::string_view id) = 0;
    /// At most `limit` jobs after the page that `after` came from; empty: from the start.
    [[nodiscard]] virtual JobPage list(std::string_view after, std::size_t limit) = 0;

    /// One pass: settles, starts and claims. When a group of a job with queued runs ends, the job
    /// is due at once, unless it is paused. Claims take due jobs of each executor asked for, in
    /// order of `due`, then of priority; what the decider says is put on record and the job moves
    /// on, as one step. Where a settlement is refused for good, by a StoreError that is no
    /// StoreUnavailableError (its record is longer than the store takes), the engine looks for it
    /// and settles it again without what is long; 4 KiB must always be taken.
    virtual void process(const StoreBatch& batch, StoreResult& result) = 0;
    /// Puts runs on record, as started, besides the schedule of their jobs; `run.job`, `scheduled`
    /// and `due` are given, the rest is filled in. They count against `max_instances` until
    /// settled, but are not limited by it.
    virtual void start_unscheduled(std::span<ClaimedRun> runs, Instant now) = 0;
    /// The earliest `due` of the jobs of these executors; `never` if there is none.
    [[nodiscard]] virtual Instant next_due(std::span<const std::string_view> executors) = 0;
    /// Runs on record that have no outcome yet, in order of id: after a start, those of a process
    /// that died; after a failed `process`, those that it claimed all the same.
    [[nodiscard]] virtual std::vector<ClaimedRun> unsettled() = 0;
    /// Turns a run that was lost after its start into its next attempt, claimed and not started.
    virtual void retry_lost(std::span<const ClaimedRun> runs) = 0;
    /// Finished runs, newest first.
    [[nodiscard]] virtual std::vector<RunRecord> runs(const RunQuery& query) = 0;
};

/// A memory store; what `memory()` stands for.
[[nodiscard]] std::shared_ptr<JobStore> make_memory_store();

}  // namespace punctual

PUNCTUAL_FIELDS(punctual::QueuedRun, scheduled, due, attempt)
