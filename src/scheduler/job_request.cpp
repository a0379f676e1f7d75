#include "scheduler/job_request.hpp"

#include <punctual/triggers/crontab.hpp>
#include <punctual/triggers/date.hpp>

#include <algorithm>
#include <random>
#include <utility>

#include "config/run_options.hpp"
#include "stores/queued_runs.hpp"

namespace punctual::detail {
namespace {

void check_at_least_one(int value, const char* option) {
    if (value < 1) {
        throw ValueError(std::string(option) + " is " + std::to_string(value) +
                         ": it must be at least 1");
    }
}

void check_length(Duration length, const char* option) {
    if (length.count() < 1) {
        throw ValueError(std::string(option) + " is " + format_duration(length) +
                         ": it must be at least 1us (or `unlimited`)");
    }
}

void check_priority(int priority) {
    if (priority < lowest_priority || priority > highest_priority) {
        throw ValueError("priority is " + std::to_string(priority) + ": it must be from " +
                         std::to_string(lowest_priority) + " to " +
                         std::to_string(highest_priority));
    }
}

void check_follow_ups(const std::vector<FollowUp>& follow_ups) {
    for (const FollowUp& follow_up : follow_ups) {
        if (follow_up.job_id.empty()) throw ValueError("then: the id of the job is missing");
    }
}

JobSettings checked(JobSettings settings) {
    check_length(settings.misfire_grace_time, "misfire_grace_time");
    check_length(settings.timeout, "timeout");
    check_at_least_one(settings.max_instances, "max_instances");
    check_at_least_one(settings.max_catch_up, "max_catch_up");
    check_at_least_one(settings.max_queued, "max_queued");
    check_priority(settings.priority);
    check_retry(settings.retry);
    check_follow_ups(settings.then);
    return settings;
}

template <class T, class U>
void set_if(T& target, const Opt<U>& value) {
    if (value) target = *value;
}

constexpr auto set = [](auto& target, const auto& value) { target = value; };
constexpr auto set_where_given = [](auto& target, const auto& value) { set_if(target, value); };

}  // namespace

JobSettings settings_for(const JobOptions& options, const JobDefaults& defaults) {
    JobSettings settings;
    for_each_run_option(settings, defaults, set);
    for_each_run_option(settings, options, set_where_given);
    settings.name = options.name;
    settings.executor = options.executor;
    settings.priority = options.priority;
    settings.then = options.then;
    return checked(std::move(settings));
}

JobSettings changed_settings(const JobSettings& settings, const JobChanges& changes) {
    JobSettings changed = settings;
    for_each_run_option(changed, changes, set_where_given);
    set_if(changed.name, changes.name);
    set_if(changed.executor, changes.executor);
    set_if(changed.priority, changes.priority);
    set_if(changed.then, changes.then);
    return checked(std::move(changed));
}

void apply_changes(JobRequest& request, const JobChanges& changes) {
    set_if(request.call, changes.call);
    set_if(request.trigger, changes.trigger);
    JobOptions& options = request.options;
    for_each_run_option(options, changes, set_where_given);
    set_if(options.name, changes.name);
    set_if(options.executor, changes.executor);
    set_if(options.priority, changes.priority);
    set_if(options.then, changes.then);
    set_if(options.next_run_time, changes.next_run_time);
}

Trigger trigger_of(const JobRequest& request) {
    static const Trigger when_added = at(When());
    return request.trigger ? *request.trigger : when_added;
}

void schedule_from(JobRecord& job, Instant from, const std::optional<Instant>& chosen) {
    const JobDefinition& definition = *job.definition;
    const Instant before = from - std::chrono::microseconds(1);
    std::optional<Instant> first = chosen ? chosen : definition.trigger.next(before);
    // It names no instant by itself: the first start is the one that it is added to.
    if (!first && is_reboot(definition.trigger)) first = from;
    job.last_run_time = before;
    job.next_run_time = first.value_or(never);
    job.due = std::min(first && chosen ? *chosen : scheduled_due(job), earliest_queued(job.queued));
    job.state = first || definition.trigger.stays() ? JobState::active : JobState::ended;
}

std::shared_ptr<const JobSettings> SettingsCache::share(JobSettings settings) {
    const std::lock_guard lock(mutex_);
    if (last_ == nullptr || *last_ != settings) {
        last_ = std::make_shared<const JobSettings>(std::move(settings));
    }
    return last_;
}

IdSource::IdSource() {
    std::random_device random;
    state_ = (std::uint64_t{random()} << 32) | random();
}

// splitmix64: every value of the counter gives another number, and neighbours look unlike. It is
// short enough for std::string to hold it without an allocation.
std::string IdSource::next() {
    std::uint64_t number = state_.fetch_add(0x9e3779b97f4a7c15, std::memory_order_relaxed);
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
    number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
    number ^= number >> 31;
    std::string id(13, '0');
    for (char& letter : id) {
        letter = "0123456789abcdefghjkmnpqrstvwxyz"[number & 31];
        number >>= 5;
    }
    return id;
}

}  // namespace punctual::detail
