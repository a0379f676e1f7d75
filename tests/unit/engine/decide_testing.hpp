#pragma once
// What the tests of deciding have in common: jobs as stores hold them.

#include <punctual/stores/store.hpp>
#include <punctual/triggers/interval.hpp>

#include <memory>
#include <string>
#include <utility>

#include "engine/decide.hpp"

namespace punctual::testing {

inline const Instant begin = parse_instant("2025-01-01T00:00:00Z");

[[nodiscard]] inline Instant second(int count) {
    return begin + std::chrono::seconds(count);
}

/// A job as it is right after it was added at the beginning.
[[nodiscard]] inline JobRecord make_job(
    const Trigger& trigger, JobSettings settings = {}, Call call = [] {}, std::string id = "job") {
    JobRecord job;
    job.definition = std::make_shared<const JobDefinition>(
        JobDefinition{.id = std::move(id),
                      .call = std::move(call),
                      .trigger = trigger.resolve(begin, TimeZone::utc()),
                      .added_at = begin,
                      .settings = std::make_shared<const JobSettings>(std::move(settings))});
    const Trigger& resolved = job.definition->trigger;
    job.next_run_time = resolved.next(begin - 1us).value_or(never);
    job.due =
        job.next_run_time == never ? never : resolved.due(job.definition->id, job.next_run_time);
    job.last_run_time = begin - 1us;  // an instant that is the adding itself is one of its own
    return job;
}

[[nodiscard]] inline Decision decide_at(const JobRecord& job, Instant now) {
    detail::DueDecider decider;
    decider.begin(now);
    Decision decision;
    decider.decide(job, decision);
    return decision;
}

/// The job after the store did what was decided.
[[nodiscard]] inline JobRecord advance(JobRecord job, const Decision& decision) {
    job.next_run_time = decision.next_run_time;
    job.due = decision.due;
    job.last_run_time = decision.last_run_time;
    job.state = decision.state;
    if (!decision.runs.empty()) ++job.running;
    return job;
}

}  // namespace punctual::testing
