#pragma once
// What a scheduler tells its listeners. The kinds are APScheduler's, and a few more.
//
//     scheduler.on<JobError>([](const JobError& event) {
//         std::cerr << event.job_id << " failed: " << event.reason << '\n';
//     });
//     scheduler.add_listener([](const Event& event) { count(event.type); },
//                            EventType::job_missed | EventType::job_max_instances);
//
// Listeners are called one after another, in the order of what happened to a run, and never under a
// lock: they may call the scheduler. They are called where something happens: by the scheduler's
// threads, by those of jobs that say how far they are, by the caller of `add_job`; but what happens
// while one is called, there or on another thread, is told after it, by the thread that called it.
// So a slow one delays the scheduler, and what waits for it stays in memory. In an event loop they
// are called in the scheduler's turns. What a listener throws is logged.

#include <punctual/run.hpp>
#include <punctual/time.hpp>
#include <punctual/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace punctual {

/// A kind of event, or a set of kinds.
enum class EventType : std::uint32_t {
    none = 0,
    scheduler_started = 1u << 0,
    scheduler_shutdown = 1u << 1,
    scheduler_paused = 1u << 2,
    scheduler_resumed = 1u << 3,
    executor_added = 1u << 4,
    executor_removed = 1u << 5,
    store_added = 1u << 6,
    store_removed = 1u << 7,
    all_jobs_removed = 1u << 8,
    job_added = 1u << 9,
    job_removed = 1u << 10,
    job_modified = 1u << 11,
    job_submitted = 1u << 12,
    job_executed = 1u << 13,
    job_error = 1u << 14,
    job_missed = 1u << 15,
    job_max_instances = 1u << 16,
    job_skipped = 1u << 17,
    job_cancelled = 1u << 18,
    job_lost = 1u << 19,
    job_faulty = 1u << 20,
    store_unavailable = 1u << 21,
    store_available = 1u << 22,
    job_progress = 1u << 23,
    all = 0xffffffff,
};
[[nodiscard]] constexpr EventType operator|(EventType a, EventType b) {
    return static_cast<EventType>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
[[nodiscard]] constexpr EventType operator&(EventType a, EventType b) {
    return static_cast<EventType>(static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b));
}
/// "job_executed", … for a single kind.
[[nodiscard]] std::string_view to_string(EventType type);

/// What all events have. Look closer with `event.get_if<JobError>()`.
struct Event {
    EventType type = EventType::none;
    /// When the scheduler found it out.
    Instant at{};

    /// This event as an `E`; null if it is of another kind.
    template <class E>
    [[nodiscard]] const E* get_if() const {
        return type == E::kind ? static_cast<const E*>(this) : nullptr;
    }
};

namespace detail {
template <EventType Kind, class Base>
struct EventOf : Base {
    static constexpr EventType kind = Kind;
    EventOf() { this->type = Kind; }
};
}  // namespace detail

/// An event about a store, by its name in the scheduler.
struct StoreEvent : Event {
    std::string store;
};
/// An event about an executor, by its name in the scheduler.
struct ExecutorEvent : Event {
    std::string executor;
};
/// An event about a job.
struct JobEvent : StoreEvent {
    std::string job_id;
};
/// An event about a run.
struct RunEvent : JobEvent {
    RunId run_id = 0;
    Instant scheduled{};
    int attempt = 1;
};
/// An event about a run that came to its end.
struct RunEndEvent : RunEvent {
    Instant started{};
    Instant finished{};
    /// What the job kept with `set_output`, or a command printed.
    std::string output;
    /// When it is tried again, if it is.
    std::optional<Instant> retry_at{};
};
/// An event about instants that did not run.
struct NotRunEvent : JobEvent {
    Instant first{};
    Instant last{};
    std::int64_t count = 1;
    std::string reason;
};

struct SchedulerStarted : detail::EventOf<EventType::scheduler_started, Event> {};
struct SchedulerShutdown : detail::EventOf<EventType::scheduler_shutdown, Event> {};
struct SchedulerPaused : detail::EventOf<EventType::scheduler_paused, Event> {};
struct SchedulerResumed : detail::EventOf<EventType::scheduler_resumed, Event> {};
struct ExecutorAdded : detail::EventOf<EventType::executor_added, ExecutorEvent> {};
struct ExecutorRemoved : detail::EventOf<EventType::executor_removed, ExecutorEvent> {};
struct StoreAdded : detail::EventOf<EventType::store_added, StoreEvent> {};
struct StoreRemoved : detail::EventOf<EventType::store_removed, StoreEvent> {};
/// Of one store.
struct AllJobsRemoved : detail::EventOf<EventType::all_jobs_removed, StoreEvent> {};
struct JobAdded : detail::EventOf<EventType::job_added, JobEvent> {};
/// Removed by a call, or its trigger is through and its last run settled.
struct JobRemoved : detail::EventOf<EventType::job_removed, JobEvent> {};
/// Also for pause, resume and reschedule.
struct JobModified : detail::EventOf<EventType::job_modified, JobEvent> {};
/// A run is about to be handed to its executor.
struct JobSubmitted : detail::EventOf<EventType::job_submitted, RunEvent> {};
/// A job says how far it is. Told where the job says so, if listeners may be called there; for one
/// in another process by the thread of its pool.
struct JobProgress : detail::EventOf<EventType::job_progress, RunEvent> {
    RunProgress progress;
};
/// A run succeeded.
struct JobExecuted : detail::EventOf<EventType::job_executed, RunEndEvent> {
    /// What the job returned, where it can be stored.
    Value result;
};
/// A run failed.
struct JobError : detail::EventOf<EventType::job_error, RunEndEvent> {
    std::string reason;
};
/// A run was stopped before it was done, or before it began.
struct JobCancelled : detail::EventOf<EventType::job_cancelled, RunEndEvent> {
    std::string reason;
};
/// A run had started when its process ended without a word.
struct JobLost : detail::EventOf<EventType::job_lost, RunEndEvent> {
    /// True if it runs again (`OnLost::rerun`).
    bool reruns = false;
};
/// Instants were later than `misfire_grace_time` allows.
struct JobMissed : detail::EventOf<EventType::job_missed, NotRunEvent> {};
/// Instants did not run because `max_instances` were running (and `max_queued` waited).
struct JobMaxInstances : detail::EventOf<EventType::job_max_instances, NotRunEvent> {};
/// Instants did not run because they were coalesced, beyond `max_catch_up`, or fell into a pause.
struct JobSkipped : detail::EventOf<EventType::job_skipped, NotRunEvent> {};
/// A job is set aside because this process cannot run it; it is tried again every minute.
struct JobFaulty : detail::EventOf<EventType::job_faulty, JobEvent> {
    std::string reason;
};
/// A store does not answer. It is tried again by itself, with growing pauses; told once.
struct StoreUnavailable : detail::EventOf<EventType::store_unavailable, StoreEvent> {
    std::string reason;
};
/// The store answers again.
struct StoreAvailable : detail::EventOf<EventType::store_available, StoreEvent> {};

}  // namespace punctual
