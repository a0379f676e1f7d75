#pragma once
// How a scheduler is configured, in three equal forms: options in its constructor, `configure` on
// one made earlier, or settings from TOML, JSON or flat keys.
//
//     BackgroundScheduler scheduler({
//         .stores    = {{"default", sqlite("jobs.sqlite")}, {"memory", memory()}},
//         .executors = {{"default", thread_pool(20)}, {"commands", command_executor(5)}},
//         .job_defaults = {.coalesce = false, .max_instances = 3},
//         .timezone  = "UTC",
//     });
//
//     BackgroundScheduler same(options_from({
//         {"punctual.jobstores.default.url", "sqlite:///jobs.sqlite"},
//         {"punctual.jobstores.memory.type", "memory"},
//         {"punctual.executors.default.type", "threadpool"},
//         {"punctual.executors.default.max_workers", "20"},
//         …
//     }));

#include <punctual/clock.hpp>
#include <punctual/executors/process_pool.hpp>
#include <punctual/stores/store.hpp>
#include <punctual/time.hpp>
#include <punctual/value.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace punctual {

class Executor;

/// Says which store to make, when the scheduler starts. A copyable value.
class StoreSpec {
public:
    /// A store of your own.
    template <class Store>
    requires std::convertible_to<std::shared_ptr<Store>, std::shared_ptr<JobStore>> StoreSpec(
        std::shared_ptr<Store> store)  // NOLINT(google-explicit-constructor)
        : store_(std::move(store)) {}
    /// By URL; see `store`.
    explicit StoreSpec(std::string url) : url_(std::move(url)) {}

    [[nodiscard]] const std::string& url() const { return url_; }
    /// The store itself: the one given, or a new one for the URL.
    /// *Throws* ConfigurationError for a URL that no component of this build understands.
    [[nodiscard]] std::shared_ptr<JobStore> make() const;

    friend bool operator==(const StoreSpec&, const StoreSpec&) = default;

private:
    std::string url_;
    std::shared_ptr<JobStore> store_;
};

/// Jobs in memory: fast, gone with the process, takes any callable.
[[nodiscard]] StoreSpec memory();
/// Jobs in an SQLite file (component `sqlite`); `path` as the file system has it.
[[nodiscard]] StoreSpec sqlite(const std::string& path);
/// A store by URL: `memory://`, `sqlite:///jobs.sqlite`, `sqlite:////absolute/jobs.sqlite`.
[[nodiscard]] StoreSpec store(std::string url);

/// Says which executor to make. A copyable value.
class ExecutorSpec {
public:
    /// An executor of your own.
    template <class Own>
    requires std::convertible_to<std::shared_ptr<Own>, std::shared_ptr<Executor>> ExecutorSpec(
        std::shared_ptr<Own> executor)  // NOLINT(google-explicit-constructor)
        : executor_(std::move(executor)) {}

    [[nodiscard]] std::shared_ptr<Executor> make() const;

    friend bool operator==(const ExecutorSpec&, const ExecutorSpec&) = default;

private:
    enum class Kind : std::uint8_t { given, inline_executor, thread_pool, commands, processes };
    ExecutorSpec(Kind kind, int size) : kind_(kind), size_(size) {}
    friend ExecutorSpec thread_pool(int threads);
    friend ExecutorSpec inline_executor();
    friend ExecutorSpec command_executor(int max_commands);
    friend ExecutorSpec process_pool(int workers, ProcessPoolOptions options);
    Kind kind_ = Kind::given;
    int size_ = 0;
    ProcessPoolOptions processes_;
    std::shared_ptr<Executor> executor_;
};

/// Runs on up to `threads` threads, started when first needed. *Throws* ConfigurationError below 1.
[[nodiscard]] ExecutorSpec thread_pool(int threads = 10);
/// Runs on the scheduler's own thread, one after another: for tests and very short jobs.
[[nodiscard]] ExecutorSpec inline_executor();
/// Runs up to `max_commands` commands at once, watched by one thread. *Throws* as `thread_pool`.
[[nodiscard]] ExecutorSpec command_executor(int max_commands = 20);
/// Runs tasks in up to `workers` processes, started when first needed and watched by one thread.
/// `main` must begin with a call of `process_worker`: without it the scheduler does not start
/// (ExecutorError). *Throws* ConfigurationError for a number or an option out of range.
[[nodiscard]] ExecutorSpec process_pool(int workers = processor_count(),
                                        ProcessPoolOptions options = {});

/// What holds for jobs whose own options leave it open.
struct JobDefaults {
    /// A run that begins later than this after it was due is missed.
    Duration misfire_grace_time = unlimited;
    /// Of several overdue instants only the latest runs.
    bool coalesce = true;
    /// At most so many runs of one job at once (overdue ones caught up in order count as one).
    int max_instances = 1;
    /// At most so many overdue instants, the newest, are caught up one by one (with `coalesce`
    /// off).
    int max_catch_up = 100;
    OnLost on_lost = OnLost::record;
    /// A run that takes longer is asked to stop, and fails.
    Duration timeout = unlimited;
    /// Whether and when a run that did not succeed is tried again.
    Retry retry = {};
    /// What becomes of an instant that finds `max_instances` runs of its job under way.
    AtMaxInstances at_max_instances = AtMaxInstances::skip;
    /// With `AtMaxInstances::queue`, at most so many instants of a job wait.
    int max_queued = 100;
    /// What a job returns is kept in the record of its run; it is in the event in any case.
    bool keep_result = false;

    friend bool operator==(const JobDefaults&, const JobDefaults&) = default;
};

/// All settings of a scheduler. Without stores it has one in memory, without executors a pool of 10
/// threads, or its event loop, both named `default`.
struct SchedulerOptions {
    std::map<std::string, StoreSpec> stores = {};
    std::map<std::string, ExecutorSpec> executors = {};
    JobDefaults job_defaults = {};
    /// For triggers without a zone of their own; `TimeZone{}`: UTC.
    TimeZone timezone = {};
    /// Of finished runs, in each store.
    History history = {};
    /// Null: the system's.
    std::shared_ptr<Clock> clock = {};
};

namespace detail {
[[nodiscard]] SchedulerOptions options_from_value(const Value& settings, std::string_view prefix);
}  // namespace detail

/// Options from settings: nested objects (as from TOML or JSON) or flat dotted keys, with or
/// without `prefix`; APScheduler's keys and type names are accepted, with the prefix `apscheduler`
/// too. Where keys have the prefix, those without it belong to others and are passed over. *Throws*
/// ConfigurationError that names the key, the value and what is allowed, and a component that this
/// program lacks.
template <std::same_as<Value> V>  // so that braces never mean a value
[[nodiscard]] SchedulerOptions options_from(const V& settings,
                                            std::string_view prefix = "punctual") {
    return detail::options_from_value(settings, prefix);
}
[[nodiscard]] SchedulerOptions options_from(const std::map<std::string, std::string>& settings,
                                            std::string_view prefix = "punctual");
/// For settings written in place.
[[nodiscard]] inline SchedulerOptions options_from(
    std::initializer_list<std::pair<const std::string, std::string>> settings,
    std::string_view prefix = "punctual") {
    return options_from(std::map<std::string, std::string>(settings), prefix);
}
/// From a file that ends in `.toml` or `.json`. *Throws* ConfigurationError, with file and line.
[[nodiscard]] SchedulerOptions options_from_file(const std::string& path);

/// Checks what can be checked without starting: limits, sizes. *Throws* ConfigurationError.
void check_options(const SchedulerOptions& options);

}  // namespace punctual
