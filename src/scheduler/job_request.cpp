#include "scheduler/job_request.hpp"

#include <punctual/triggers/crontab.hpp>
#include <punctual/triggers/date.hpp>

#include <random>
#include <utility>

namespace punctual::detail {
namespace {

void check_at_least_one(int value, const char* option) {
    if (value < 1) {
        throw ValueError(std::string(option) + " is " + std::to_string(value) +
                         ": it must be at least 1");
    }
}

JobSettings checked(JobSettings settings) {
    if (settings.misfire_grace_time.count() < 1) {
        throw ValueError("misfire_grace_time is " + format_duration(settings.misfire_grace_time) +
                         ": it must be at least 1us (or `unlimited`)");
    }
    check_at_least_one(settings.max_instances, "max_instances");
    check_at_least_one(settings.max_catch_up, "max_catch_up");
    return settings;
}

template <class T, class U>
void set_if(T& target, const Opt<U>& value) {
    if (value) target = *value;
}

}  // namespace

JobSettings settings_for(const JobOptions& options, const JobDefaults& defaults) {
    JobSettings settings;
    settings.name = options.name;
    settings.executor = options.executor;
    settings.misfire_grace_time = options.misfire_grace_time.value_or(defaults.misfire_grace_time);
    settings.coalesce = options.coalesce.value_or(defaults.coalesce);
    settings.max_instances = options.max_instances.value_or(defaults.max_instances);
    settings.max_catch_up = options.max_catch_up.value_or(defaults.max_catch_up);
    settings.on_lost = options.on_lost.value_or(defaults.on_lost);
    return checked(std::move(settings));
}

JobSettings changed_settings(const JobSettings& settings, const JobChanges& changes) {
    JobSettings changed = settings;
    set_if(changed.name, changes.name);
    set_if(changed.executor, changes.executor);
    set_if(changed.misfire_grace_time, changes.misfire_grace_time);
    set_if(changed.coalesce, changes.coalesce);
    set_if(changed.max_instances, changes.max_instances);
    set_if(changed.max_catch_up, changes.max_catch_up);
    set_if(changed.on_lost, changes.on_lost);
    return checked(std::move(changed));
}

void apply_changes(JobRequest& request, const JobChanges& changes) {
    set_if(request.call, changes.call);
    set_if(request.trigger, changes.trigger);
    JobOptions& options = request.options;
    set_if(options.name, changes.name);
    set_if(options.executor, changes.executor);
    set_if(options.misfire_grace_time, changes.misfire_grace_time);
    set_if(options.coalesce, changes.coalesce);
    set_if(options.max_instances, changes.max_instances);
    set_if(options.max_catch_up, changes.max_catch_up);
    set_if(options.on_lost, changes.on_lost);
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
    job.due = first ? (chosen ? *chosen : definition.trigger.due(definition.id, *first)) : never;
    job.state = first ? JobState::active : JobState::ended;
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
