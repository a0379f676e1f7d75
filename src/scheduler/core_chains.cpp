// Jobs that start after others, and runs under way.

#include <algorithm>
#include <set>
#include <utility>

#include "scheduler/core.hpp"

namespace punctual::detail {
namespace {

/// Walks from a job to all that start after it, and looks whether it comes by itself again.
class CircleSearch {
public:
    CircleSearch(std::string_view id, const JobFinder& find) : id_(id), find_(find) {}

    /// "a, b, a"; empty if there is no circle.
    [[nodiscard]] std::string follow(std::span<const FollowUp> then, const std::string& way) {
        for (const FollowUp& next : then) {
            const std::string further = way + ", " + next.job_id;
            if (next.job_id == id_) return further;
            if (!seen_.insert(next.job_id).second) continue;
            const auto found = find_(next.job_id);
            if (found == nullptr) continue;
            std::string circle = follow(found->settings->then, further);
            if (!circle.empty()) return circle;
        }
        return {};
    }

private:
    std::string_view id_;
    const JobFinder& find_;
    std::set<std::string> seen_;
};

}  // namespace

JobFinder SchedulerCore::jobs_of(JobStore& store, std::span<const JobRecord> added) {
    return [&store, added](const std::string& id) -> std::shared_ptr<const JobDefinition> {
        const auto about_to_be = std::ranges::find_if(
            added, [&](const JobRecord& record) { return record.definition->id == id; });
        if (about_to_be != added.end()) return about_to_be->definition;
        const auto record = store.find(id);
        return record ? record->definition : nullptr;
    };
}

void SchedulerCore::check_chain(std::string_view id, std::span<const FollowUp> then,
                                const JobFinder& find) {
    const std::string circle = CircleSearch(id, find).follow(then, std::string(id));
    if (circle.empty()) return;
    throw ValueError("job \"" + std::string(id) +
                     "\": jobs would start each other in a circle: " + circle);
}

void SchedulerCore::check_chains(std::span<const JobRecord> added, const JobFinder& find) {
    for (const JobRecord& job : added) {
        const auto& then = job.definition->settings->then;
        if (!then.empty()) check_chain(job.definition->id, then, find);
    }
}

Job SchedulerCore::then(const Job& job, const Job& next, ThenOn on) {
    if (job.store() != next.store()) {
        throw ValueError("job \"" + job.id() + "\" is in store \"" + job.store() + "\" and \"" +
                         next.id() + "\" in \"" + next.store() +
                         "\": a job can start jobs of its own store only");
    }
    std::vector<FollowUp> follow_ups = get(job.id(), job.store()).settings().then;
    const FollowUp added{.job_id = next.id(), .on = on};
    if (std::ranges::find(follow_ups, added) == follow_ups.end()) follow_ups.push_back(added);
    return modify(job.id(), {.then = std::move(follow_ups)}, job.store());
}

std::vector<RunningRun> SchedulerCore::running(std::string_view store) const {
    check_usable();
    std::vector<RunningRun> runs;
    for (const auto& track : tracks_for(store)) track->lane->append_running(runs);
    std::ranges::stable_sort(runs, {}, &RunningRun::id);
    return runs;
}

void SchedulerCore::cancel_run(RunId run, std::string_view store) {
    check_usable();
    for (const auto& track : tracks_for(store)) {
        if (track->lane->cancel_run(run)) return;
    }
    throw JobLookupError("no run " + std::to_string(run) + " of store \"" + std::string(store) +
                         "\" is under way");
}

}  // namespace punctual::detail
