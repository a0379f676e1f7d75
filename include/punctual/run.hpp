#pragma once
// A run: one execution of a job for one scheduled instant; what a job sees of it while it happens,
// and what stays on record of it.
//
//     scheduler.add_job([](RunContext& run) {
//         while (!run.stop_requested() && more()) copy_some();
//         run.set_output("copied everything up to " + format_instant(run.scheduled()));
//     }, interval(10min));

#include <punctual/errors.hpp>
#include <punctual/time.hpp>
#include <punctual/value.hpp>

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace punctual {

namespace detail {
struct RunSlot;
}

/// Identifies a run within its store; positive, growing in the order of claiming.
using RunId = std::int64_t;

/// Where a run is in its life. The first two are stages, the others outcomes: each run ends with
/// one.
enum class RunState : std::uint8_t {
    claimed,    ///< On record, not yet handed to its executor: always runs after a crash.
    started,    ///< Handed to its executor.
    succeeded,  ///< The job returned.
    failed,     ///< The job threw or took longer than its `timeout`, or a command ended with
                ///< another code than 0.
    missed,     ///< Later than `misfire_grace_time` allows.
    skipped,  ///< Coalesced, over `max_instances`, `max_queued` or `max_catch_up`, replaced before
              ///< it began, or the job was paused.
    cancelled,  ///< Stopped before it was done: removed, asked to stop, or the executor closed.
    lost,       ///< Had started when its process ended without a word.
};

/// "succeeded", "failed", …
[[nodiscard]] std::string_view to_string(RunState state);
/// *Throws* ValueError that lists what is allowed.
[[nodiscard]] RunState run_state_from(std::string_view text);

/// As its name.
template <>
struct Codec<RunState> {
    static Value encode(RunState state) { return to_string(state); }
    static RunState decode(const Value& value);
};

/// How far a job says that it is.
struct RunProgress {
    /// From 0 to 1.
    double fraction = 0;
    /// What it is doing: one line.
    std::string text{};

    friend bool operator==(const RunProgress&, const RunProgress&) = default;
};

/// What a store keeps of a run, or of a range of instants that did not run.
struct RunRecord {
    RunId id = 0;
    std::string job_id;
    /// The instant the trigger named; for a range the first one.
    Instant scheduled{};
    /// For a range, the last instant of it; otherwise as `scheduled`.
    Instant until{};
    /// How many instants this record stands for: 1 for a run.
    std::int64_t count = 1;
    /// `scheduled` plus its share of the trigger's jitter.
    Instant due{};
    std::optional<Instant> started{};
    std::optional<Instant> finished{};
    RunState state = RunState::claimed;
    int attempt = 1;
    /// Why it failed, was missed, skipped or cancelled: one line. Empty for a success.
    std::string reason{};
    /// What the job chose to keep (`RunContext::set_output`), or a command printed.
    std::string output{};
    /// What the job returned, if it has `keep_result` and that can be stored.
    Value result{};
    /// What it said last with `RunContext::progress`.
    std::optional<RunProgress> progress{};
};

/// A run under way.
struct RunningRun {
    RunId id = 0;
    std::string job_id;
    /// The name of its store.
    std::string store;
    Instant scheduled{};
    int attempt = 1;
    /// Nothing while it waits in its executor.
    std::optional<Instant> started{};
    /// It was asked to stop.
    bool stopping = false;
    std::optional<RunProgress> progress{};
};

/// Which runs to look up.
struct RunQuery {
    /// Of this job only.
    std::string job_id{};
    /// The newest so many.
    std::size_t limit = 100;
    /// Only runs with ids below this one: the id of the last record of the page before. 0: from the
    /// newest.
    RunId before = 0;
};

/// Thrown by a job that gave up because it was asked to stop: the run ends as cancelled, not
/// failed.
class RunCancelled : public Error {
public:
    explicit RunCancelled(const std::string& reason = "stopped on request") : Error(reason) {}
};

/// What a job receives of its run if its first parameter is `RunContext&`.
/// *Thread safety*: safe from any thread. *Lifetime*: until the job returns.
class RunContext {
public:
    explicit RunContext(detail::RunSlot& slot) : slot_(&slot) {}
    RunContext(const RunContext&) = delete;
    RunContext& operator=(const RunContext&) = delete;

    [[nodiscard]] const std::string& job_id() const;
    [[nodiscard]] RunId run_id() const;
    /// The instant that the trigger named.
    [[nodiscard]] Instant scheduled() const;
    /// `scheduled` plus its share of the trigger's jitter.
    [[nodiscard]] Instant due() const;
    /// 1 for the first execution, one more for each retry and for each repetition after a loss.
    [[nodiscard]] int attempt() const;

    /// True once the run should end early: its scheduler shuts down without waiting, its `timeout`
    /// has passed, it was cancelled, or a newer one is to take its place.
    [[nodiscard]] bool stop_requested() const noexcept;
    /// The same as a token, for waits that should end with it.
    [[nodiscard]] std::stop_token stop_token() const;

    /// Text to keep with the run, replacing what was set before.
    void set_output(std::string text);
    /// Tells how far the job is: an event (JobProgress), what `Scheduler::running` shows, and on
    /// record at the end. `fraction` is brought into 0 to 1. The listeners are called before it
    /// returns, unless others are being called, the job is in another process, or listeners belong
    /// to an event loop on another thread. Then they are called soon, and before those of the end
    /// of the run.
    void progress(double fraction, std::string text = {});

private:
    detail::RunSlot* slot_;
};

}  // namespace punctual
