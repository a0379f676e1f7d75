#include "file_jobs.hpp"

#include <punctual/triggers/crontab.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "config/run_options.hpp"

namespace punctual::program {

namespace {

using JobsById = std::map<std::string, Job, std::less<>>;

JobsById jobs_by_id(const Scheduler& scheduler) {
    JobsById jobs;
    for (Job& job : scheduler.get_jobs()) {
        std::string id = job.id();
        jobs.emplace(std::move(id), std::move(job));
    }
    return jobs;
}

bool is_same(const Job& a, const Job& b) {
    return a.trigger() == b.trigger() && a.settings() == b.settings() &&
           a.call().task() == b.call().task() && a.call().arguments() == b.call().arguments();
}

bool is_over(const JobRequest& job, TimeZone zone, Instant now) {
    return !job.trigger->stays() && !job.trigger->resolve(now, zone).next(now - 1us);
}

/// Everything but the trigger.
JobChanges changes_to(const JobRequest& job) {
    const JobOptions& options = job.options;
    JobChanges changes{.call = job.call, .name = options.name};
    changes.priority = options.priority;
    changes.then = options.then;
    detail::for_each_run_option(changes, options,
                                [](auto& change, const auto& option) { change = option; });
    return changes;
}

/// One taking up of a file.
class TakeUp {
public:
    TakeUp(Scheduler& scheduler, const JobFile& file, Instant now)
        : scheduler_(scheduler), file_(file), now_(now), stored_(jobs_by_id(scheduler)) {}

    FileChanges run() {
        for (const JobRequest& job : file_.jobs) sort_in(job);
        for (auto& [id, job] : stored_) {
            if (kept_.contains(id)) continue;
            job.remove();
            ++changes_.removed;
        }
        for (Job& job : scheduler_.add_jobs(to_add_)) finish_adding(job);
        return changes_;
    }

private:
    void sort_in(const JobRequest& job) {
        if (is_over(job, file_.timezone, now_)) {
            keep_if_overdue(job);
        } else {
            add(job);
        }
    }

    void keep_if_overdue(const JobRequest& job) {
        ++changes_.over;
        const auto stored = stored_.find(job.options.id);
        if (stored == stored_.end() || !(stored->second.trigger() == *job.trigger)) return;
        kept_.emplace(job.options.id, false);
        stored->second.modify(changes_to(job));
    }

    void add(const JobRequest& job) {
        kept_.emplace(job.options.id, job.options.paused);
        to_add_.push_back(job);
    }

    void finish_adding(Job& job) {
        const auto before = stored_.find(job.id());
        if (before == stored_.end()) {
            ++changes_.added;
        } else if (!is_same(before->second, job)) {
            ++changes_.changed;
        }
        // It was paused by the file that the store had before.
        const bool paused_by_file = kept_.at(job.id());
        if (job.state() == JobState::paused && !paused_by_file) job.resume();
    }

    Scheduler& scheduler_;
    const JobFile& file_;
    const Instant now_;
    JobsById stored_;
    std::map<std::string, bool, std::less<>> kept_;  // and whether the file pauses it
    std::vector<JobRequest> to_add_;
    FileChanges changes_;
};

}  // namespace

FileChanges take_up_jobs(Scheduler& scheduler, const JobFile& file, Instant now) {
    return TakeUp(scheduler, file, now).run();
}

}  // namespace punctual::program
