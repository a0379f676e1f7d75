// Jobs that were added while the scheduler was not running. They are requests still: their first
// instant is worked out at start.

#include <utility>

#include "scheduler/core.hpp"

namespace punctual::detail {

Job SchedulerCore::add_pending(JobRequest request) {
    JobOptions& options = request.options;
    static_cast<void>(tracks_for(options.store));
    static_cast<void>(settings_for(options, options_.job_defaults));
    if (options.id.empty()) options.id = ids_.next();
    std::unique_lock lock(pending_mutex_);
    if (started()) {
        // A start came in between, and has taken the pending jobs already.
        lock.unlock();
        return add_one(std::move(request));
    }
    JobRequest* existing = pending_.find(options.id, options.store);
    if (existing != nullptr && !options.replace_existing) {
        throw ConflictingIdError("a pending job has the id \"" + options.id +
                                 "\" already: choose another, or set replace_existing");
    }
    Job job = pending_handle(request);
    if (existing != nullptr) {
        *existing = std::move(request);
    } else {
        pending_.add(std::move(request));
    }
    return job;
}

Job SchedulerCore::pending_handle(const JobRequest& request) {
    const JobOptions& options = request.options;
    JobRecord record;
    record.definition = std::make_shared<const JobDefinition>(
        JobDefinition{.id = options.id,
                      .call = request.call,
                      .trigger = trigger_of(request),
                      .added_at = {},
                      .settings = settings_.share(settings_for(options, options_.job_defaults))});
    record.state = options.paused ? JobState::paused : JobState::active;
    if (options.next_run_time) record.next_run_time = record.due = *options.next_run_time;
    return handle(options.store, std::move(record), true);
}

std::optional<Job> SchedulerCore::change_pending(std::string_view id, std::string_view store,
                                                 const std::function<void(JobRequest&)>& change) {
    const std::lock_guard lock(pending_mutex_);
    JobRequest* request = pending_.find(id, store);
    if (request == nullptr) return std::nullopt;
    JobRequest changed = *request;
    change(changed);
    Job job = pending_handle(changed);  // throws for an option out of range
    *request = std::move(changed);
    return job;
}

}  // namespace punctual::detail
