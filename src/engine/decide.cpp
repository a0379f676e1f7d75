#include "engine/decide.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "engine/queue_rules.hpp"
#include "stores/queued_runs.hpp"

namespace punctual::detail {
namespace {

constexpr auto instant = std::chrono::microseconds(1);
// A job that this process cannot run is looked at again so often.
constexpr auto retry_faulty = std::chrono::minutes(1);

// The instants of one job from its next run time to the newest that is due, asked for from the
// newest end: a year of downtime costs no more than an hour of it.
class Overdue {
public:
    Overdue(const JobRecord& job, Instant now) : job_(job), now_(now), newest_(job.next_run_time) {
        const Trigger& trigger = job.definition->trigger;
        after_newest_ = trigger.next(newest_);
        if (!after_newest_ || due(*after_newest_) > now) return;
        const auto latest = trigger.previous(now + instant);
        newest_ = std::max(latest.value_or(newest_), newest_);
        // Jitter may put the newest one into the future; it never passes the next instant.
        if (due(newest_) > now) newest_ = earlier(newest_).value_or(job.next_run_time);
        after_newest_ = trigger.next(newest_);
    }

    [[nodiscard]] Instant first() const { return job_.next_run_time; }
    [[nodiscard]] Instant newest() const { return newest_; }
    [[nodiscard]] std::optional<Instant> after_newest() const { return after_newest_; }
    [[nodiscard]] bool single() const { return newest_ == first(); }

    [[nodiscard]] Instant due(Instant nominal) const {
        const JobDefinition& definition = *job_.definition;
        return definition.trigger.due(definition.id, nominal);
    }

    /// The one before, if it is not before the first. The first may be an instant that the trigger
    /// does not name, for users can set it.
    [[nodiscard]] std::optional<Instant> earlier(Instant nominal) const {
        if (nominal <= first()) return std::nullopt;
        const auto found = job_.definition->trigger.previous(nominal);
        return found && *found > first() ? *found : first();
    }

    /// The one after.
    [[nodiscard]] Instant later(Instant nominal) const {
        return job_.definition->trigger.next(nominal).value_or(nominal);
    }

    /// The oldest whose lateness is within the grace time, if there is one.
    [[nodiscard]] std::optional<Instant> oldest_within(Duration grace) const {
        if (grace == unlimited) return first();
        if (now_ - due(newest_) > grace) return std::nullopt;
        const auto missed = newest_missed(now_ - grace);
        return missed ? later(*missed) : first();
    }

    [[nodiscard]] std::int64_t count(Instant from, Instant to) const {
        const Trigger& trigger = job_.definition->trigger;
        return from == first() ? 1 + trigger.count(from + instant, to) : trigger.count(from, to);
    }

private:
    [[nodiscard]] std::optional<Instant> newest_missed(Instant earliest_good) const {
        if (due(first()) >= earliest_good) return std::nullopt;
        auto candidate = earlier(std::min(earliest_good, newest_));
        while (candidate && due(*candidate) >= earliest_good) candidate = earlier(*candidate);
        return candidate ? candidate : first();
    }

    const JobRecord& job_;
    Instant now_;
    Instant newest_;
    std::optional<Instant> after_newest_;
};

std::string missed_by(const Overdue& overdue, Instant nominal, Instant now) {
    return "missed by " + format_duration(now - overdue.due(nominal));
}

void add_range(const Overdue& overdue, Decision& decision, Instant from, Instant to,
               NotRunCause cause, std::string reason) {
    decision.not_run.push_back(
        {.first = from,
         .last = to,
         .count = overdue.count(from, to),
         .outcome = cause == NotRunCause::missed ? RunState::missed : RunState::skipped,
         .reason = std::move(reason),
         .cause = cause});
}

void move_on(const JobRecord& job, const Overdue& overdue, Decision& decision) {
    const auto next = overdue.after_newest();
    decision.next_run_time = next.value_or(never);
    decision.due = next ? overdue.due(*next) : never;
    const bool stays = next || job.definition->trigger.stays();
    decision.state = stays ? job.state : JobState::ended;
    decision.last_run_time = overdue.newest();
}

void keep_schedule(const JobRecord& job, Decision& decision) {
    decision.next_run_time = job.next_run_time;
    decision.due = scheduled_due(job);
    decision.last_run_time = job.last_run_time;
    decision.state = job.state;
}

// Puts those older than the oldest to run on record, and the others in line.
void run_from(const Overdue& overdue, const JobSettings& settings, Instant oldest,
              Decision& decision) {
    const int most = settings.coalesce ? 1 : settings.max_catch_up;
    std::optional<Instant> each = overdue.newest();
    for (int i = 0; i < most && each && *each >= oldest; ++i) {
        decision.runs.push_back({.scheduled = *each, .due = overdue.due(*each)});
        each = overdue.earlier(*each);
    }
    std::ranges::reverse(decision.runs);
    if (!each || *each < oldest) return;
    if (settings.coalesce) {
        add_range(overdue, decision, oldest, *each, NotRunCause::coalesced, "coalesced");
    } else {
        add_range(overdue, decision, oldest, *each, NotRunCause::max_catch_up,
                  "beyond max_catch_up (" + std::to_string(most) + ")");
    }
}

}  // namespace

void DueDecider::decide(const JobRecord& job, Decision& decision) {
    try {
        if (std::string fault = job.definition->fault(); !fault.empty()) {
            put_aside(job, decision, std::move(fault));
        } else {
            decide_sound(job, decision);
        }
    } catch (const std::exception& error) {
        decision.clear();
        put_aside(job, decision, error.what());
    } catch (...) {
        decision.clear();
        put_aside(job, decision, "its trigger threw something that is no std::exception");
    }
}

void DueDecider::decide_sound(const JobRecord& job, Decision& decision) {
    if (job.queued.empty()) {
        // What it puts in line waits for the end of a run.
        decide_scheduled(job, decision);
        return;
    }
    const JobSettings& settings = *job.definition->settings;
    const bool full = job.running >= settings.max_instances;
    decision.queued = job.queued;
    if (scheduled_due(job) <= now_) {
        decide_scheduled(job, decision);
    } else {
        keep_schedule(job, decision);
        if (full) make_wait(job, decision);
    }
    if (!full && decision.runs.empty()) start_queued(settings, now_, decision);
    const int running = job.running + (decision.runs.empty() ? 0 : 1);
    decision.due =
        std::min(decision.due, next_turn(decision.queued, now_, running < settings.max_instances));
}

void DueDecider::make_wait(const JobRecord& job, Decision& decision) {
    const JobSettings& settings = *job.definition->settings;
    put_in_line(decision);
    if (apply_policy(settings, now_, job.running >= settings.max_instances, decision)) {
        replaced_.push_back(job.generation);
    }
}

// Grace first, then coalescing of what survives, then the limit on instances.
void DueDecider::decide_scheduled(const JobRecord& job, Decision& decision) {
    const JobSettings& settings = *job.definition->settings;
    const Overdue overdue(job, now_);
    move_on(job, overdue, decision);

    const auto oldest = overdue.oldest_within(settings.misfire_grace_time);
    if (!oldest) {
        add_range(overdue, decision, overdue.first(), overdue.newest(), NotRunCause::missed,
                  missed_by(overdue, overdue.newest(), now_));
        return;
    }
    if (*oldest > overdue.first()) {
        const Instant last = overdue.earlier(*oldest).value_or(overdue.first());
        add_range(overdue, decision, overdue.first(), last, NotRunCause::missed,
                  missed_by(overdue, last, now_));
    }
    const bool full = job.running >= settings.max_instances;
    if (full && settings.at_max_instances == AtMaxInstances::skip) {
        add_range(overdue, decision, *oldest, overdue.newest(), NotRunCause::max_instances,
                  "max_instances (" + std::to_string(settings.max_instances) + ") reached");
        // And so are runs that others asked for.
        make_wait(job, decision);
        return;
    }
    if (overdue.single()) {
        decision.runs.push_back(
            {.scheduled = overdue.first(), .due = overdue.due(overdue.first())});
    } else {
        run_from(overdue, settings, *oldest, decision);
    }
    if (full || waits_in_line(job, now_)) make_wait(job, decision);
}

void DueDecider::put_aside(const JobRecord& job, Decision& decision, std::string reason) {
    decision.next_run_time = job.next_run_time;
    decision.due = now_ + retry_faulty;
    decision.last_run_time = job.last_run_time;
    decision.state = job.state;
    decision.queued = job.queued;
    set_aside_.push_back({job.definition, std::move(reason)});
}

std::vector<NotRun> queued_of_removed(const JobRecord& job) {
    std::vector<NotRun> not_run;
    for (const QueuedRun& run : job.queued) {
        // A retry has the record of the attempt before it.
        if (run.attempt > 1) continue;
        not_run.push_back({.first = run.scheduled,
                           .last = run.scheduled,
                           .count = 1,
                           .outcome = RunState::skipped,
                           .reason = "the job was removed",
                           .cause = NotRunCause::max_instances});
    }
    return not_run;
}

std::optional<NotRun> instants_of_pause(const JobRecord& job, Instant now) {
    const Trigger& trigger = job.definition->trigger;
    const auto first = trigger.next(job.last_run_time);
    if (!first || *first > now) return std::nullopt;
    const Instant last = std::max(trigger.previous(now + instant).value_or(*first), *first);
    return NotRun{.first = *first,
                  .last = last,
                  .count = trigger.count(*first, last),
                  .outcome = RunState::skipped,
                  .reason = "paused",
                  .cause = NotRunCause::paused};
}

}  // namespace punctual::detail
