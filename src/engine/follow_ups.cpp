#include "engine/follow_ups.hpp"

namespace punctual::detail {

void add_follow_ups(Settlement& settlement) {
    const ClaimedRun& run = settlement.run;
    const JobSettings& settings = *run.job->settings;
    const Instant end = settlement.finished;
    if (settings.retry.applies(settlement.outcome, run.attempt)) {
        const Duration pause = settings.retry.delay_after(run.attempt, run.job->id, run.scheduled);
        settlement.follow_ups.push_back(
            {.job_id = run.job->id,
             .generation = run.generation,
             .run = {.scheduled = run.scheduled, .due = end + pause, .attempt = run.attempt + 1}});
        return;
    }
    for (const FollowUp& next : settings.then) {
        if (!next.applies(settlement.outcome)) continue;
        settlement.follow_ups.push_back(
            {.job_id = next.job_id, .run = {.scheduled = end, .due = end}});
    }
}

std::optional<Instant> retry_at(const Settlement& settlement) {
    for (const QueueRequest& request : settlement.follow_ups) {
        // A retry is of this job as it is, a job that starts after it is whichever is there.
        if (request.generation != 0) return request.run.due;
    }
    return std::nullopt;
}

}  // namespace punctual::detail
