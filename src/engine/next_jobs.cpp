#include "engine/next_jobs.hpp"

#include <chrono>

namespace punctual::detail {
namespace {

constexpr auto between_looks = std::chrono::minutes(1);

}  // namespace

void NextJobs::asked(const Settlement& settlement, Instant now) {
    for (const QueueRequest& request : settlement.follow_ups) {
        if (request.generation != 0) continue;  // a retry
        const Instant* looked = looked_for_.find(request.job_id);
        if (looked != nullptr && now >= *looked && now - *looked < between_looks) continue;
        looked_for_.keep(request.job_id, now);
        asked_.emplace(request.job_id, settlement.run.job);
    }
}

void NextJobs::look_for_missing(JobStore& store, RunReporter& reporter) {
    while (!asked_.empty()) {
        const auto& [next, job] = *asked_.begin();
        if (!store.find(next)) reporter.next_job_missing(*job, next);
        asked_.erase(asked_.begin());
    }
}

}  // namespace punctual::detail
