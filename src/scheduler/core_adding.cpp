// Adding jobs: from requests to records, checked before anything is written; all of one call for
// one store in one atomic step.

#include <punctual/executors/executor.hpp>

#include <algorithm>
#include <utility>

#include "log/log.hpp"
#include "scheduler/core.hpp"
#include "stores/queued_runs.hpp"

namespace punctual::detail {

Job SchedulerCore::add_one(JobRequest request) {
    check_usable();
    if (!started()) return add_pending(std::move(request));
    if (request.options.replace_existing) {
        std::vector<JobRequest> requests;
        requests.push_back(std::move(request));
        return std::move(add_to_stores(requests).front());
    }
    const std::string& store = request.options.store;
    const std::shared_ptr<Track> track = tracks_for(store).front();
    const Instant added_at = now();
    JobRecord record = make_record(request, added_at);
    check_acceptable(*record.definition, *track);
    if (!report_if_over(record, store, added_at)) put(*track, {&record, 1});
    return handle(store, std::move(record));
}

std::vector<Job> SchedulerCore::add(std::vector<JobRequest> requests) {
    check_usable();
    if (started()) return add_to_stores(requests);
    std::vector<Job> jobs;
    jobs.reserve(requests.size());
    for (JobRequest& request : requests) jobs.push_back(add_pending(std::move(request)));
    return jobs;
}

// The requests of one store, so that each store is written to once.
struct SchedulerCore::Addition {
    std::shared_ptr<Track> track;
    bool replace = false;
    std::vector<JobRecord> records;
    std::vector<const JobRequest*> requests;
    std::vector<std::size_t> positions;
};

SchedulerCore::Addition& SchedulerCore::addition_for(const JobOptions& options,
                                                     std::vector<Addition>& additions) {
    for (Addition& addition : additions) {
        if (addition.track->lane->name() == options.store &&
            addition.replace == options.replace_existing) {
            return addition;
        }
    }
    return additions.emplace_back(
        Addition{tracks_for(options.store).front(), options.replace_existing, {}, {}, {}});
}

std::vector<Job> SchedulerCore::add_to_stores(const std::vector<JobRequest>& requests) {
    const Instant added_at = now();
    std::vector<Addition> additions;
    std::vector<std::optional<Job>> added(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const JobOptions& options = requests[i].options;
        Addition& addition = addition_for(options, additions);
        JobRecord record = make_record(requests[i], added_at);
        check_acceptable(*record.definition, *addition.track);
        if (report_if_over(record, options.store, added_at)) {
            added[i] = handle(options.store, std::move(record));
            continue;
        }
        addition.records.push_back(std::move(record));
        addition.requests.push_back(&requests[i]);
        addition.positions.push_back(i);
    }
    for (Addition& addition : additions) {
        if (addition.records.empty()) continue;
        addition.replace ? replace(*addition.track, addition.records, addition.requests)
                         : put(*addition.track, addition.records);
        for (std::size_t i = 0; i < addition.records.size(); ++i) {
            added[addition.positions[i]] =
                handle(addition.track->lane->name(), std::move(addition.records[i]));
        }
    }
    std::vector<Job> jobs;
    jobs.reserve(added.size());
    for (auto& job : added) jobs.push_back(std::move(*job));
    return jobs;
}

JobRecord SchedulerCore::make_record(const JobRequest& request, Instant now) {
    const JobOptions& options = request.options;
    JobRecord record;
    record.definition = std::make_shared<const JobDefinition>(
        JobDefinition{.id = options.id.empty() ? ids_.next() : options.id,
                      .call = request.call,
                      .trigger = trigger_of(request).resolve(now, timezone_),
                      .added_at = now,
                      .settings = settings_.share(settings_for(options, options_.job_defaults))});
    schedule_from(record, now, options.next_run_time);
    if (options.paused && record.state == JobState::active) {
        record.state = JobState::paused;
        record.next_run_time = record.due = never;
    }
    return record;
}

void SchedulerCore::check_acceptable(const JobDefinition& job, Track& track) {
    check_executor(job);
    if (!track.lane->store().durable()) return;
    if (job.call.task().empty()) {
        throw SerializationError(
            "job \"" + job.id + "\": store \"" + track.lane->name() +
            "\" can only keep named tasks: write task(\"name\", function), or use a memory store");
    }
    static_cast<void>(job.trigger.to_value());
}

void SchedulerCore::check_executor(const JobDefinition& job) {
    const std::string& name = job.settings->executor;
    const auto executor = context_.executors.find(name);
    if (executor == nullptr && ending_) {
        throw SchedulerNotRunningError("job \"" + job.id + "\": the scheduler is ending");
    }
    if (executor == nullptr) {
        std::string known;
        const auto all = context_.executors.read();
        for (const NamedExecutor& named : *all) {
            known += (known.empty() ? "" : ", ") + named.name;
        }
        throw UnknownExecutorError("job \"" + job.id + "\": there is no executor \"" + name +
                                   "\": there are " + known);
    }
    if (const std::string reason = executor->refuse(job); !reason.empty()) {
        throw ExecutorError("job \"" + job.id + "\": executor \"" + name +
                            "\" cannot run it: " + reason);
    }
}

// A trigger whose instants are all in the past is no error: programs add their jobs at every start.
bool SchedulerCore::report_if_over(const JobRecord& job, const std::string& store, Instant now) {
    if (job.state != JobState::ended) return false;
    const JobDefinition& definition = *job.definition;
    const auto last = definition.trigger.previous(now);
    if (!last) {
        throw TriggerError("job \"" + definition.id +
                           "\": its trigger never fires: " + definition.trigger.describe());
    }
    log_warning("job \"" + definition.id + "\" was not added: it was last due at " +
                format_instant(*last) + ", which has passed");
    if (context_.bus.wanted(JobMissed::kind)) {
        JobMissed event;
        event.store = store;
        event.job_id = definition.id;
        event.first = event.last = *last;
        event.reason = "it had passed when the job was added";
        tell(std::move(event));
    }
    return true;
}

void SchedulerCore::throw_conflict(const std::string& store, const std::string& id) {
    throw ConflictingIdError("store \"" + store + "\" has a job \"" + id +
                             "\" already: choose another id, or set replace_existing");
}

void SchedulerCore::put(Track& track, std::span<const JobRecord> records) {
    Lane& lane = *track.lane;
    check_chains(records, jobs_of(lane.store(), records));
    const auto conflicts = write(lane, [&] { return lane.store().add(records); });
    if (!conflicts.empty()) {
        throw_conflict(lane.name(), records[conflicts.front()].definition->id);
    }
    Instant earliest = never;
    for (const JobRecord& record : records) {
        earliest = std::min(earliest, record.due);
        tell_job<JobAdded>(lane.name(), record.definition->id);
    }
    lane.due_at(earliest);
}

void SchedulerCore::replace(Track& track, std::vector<JobRecord>& records,
                            const std::vector<const JobRequest*>& requests) {
    Lane& lane = *track.lane;
    check_chains(records, jobs_of(lane.store(), records));
    std::vector<std::string> ids;
    ids.reserve(records.size());
    for (const JobRecord& record : records) ids.push_back(record.definition->id);
    std::vector<bool> existed(records.size());
    std::vector<JobRecord> stored(records.size());
    FunctionEditor editor([&](std::size_t i, const JobRecord* current) {
        existed[i] = current != nullptr;
        JobEdit edit =
            current == nullptr
                ? JobEdit{.action = JobEdit::Action::put, .record = records[i], .not_run = {}}
                : replacement(*current, records[i], requests[i]->options);
        stored[i] = edit.record;
        return edit;
    });
    write(lane, [&] { lane.store().edit(ids, editor); });
    records = std::move(stored);
    Instant earliest = never;
    for (std::size_t i = 0; i < records.size(); ++i) {
        earliest = std::min(earliest, records[i].due);
        existed[i] ? tell_job<JobModified>(lane.name(), ids[i])
                   : tell_job<JobAdded>(lane.name(), ids[i]);
    }
    lane.due_at(earliest);
}

// With the trigger as it was written before, the job goes on where it was: same start, same next
// run.
JobEdit SchedulerCore::replacement(const JobRecord& current, JobRecord proposed,
                                   const JobOptions& options) {
    const bool same_trigger = current.definition->trigger == proposed.definition->trigger;
    if (same_trigger && current.state != JobState::ended) {
        auto definition = std::make_shared<JobDefinition>(*proposed.definition);
        definition->trigger = current.definition->trigger;
        definition->added_at = current.definition->added_at;
        proposed.definition = std::move(definition);
        if (!options.next_run_time && !options.paused) {
            proposed.next_run_time = current.next_run_time;
            proposed.due = current.due;
            proposed.state = current.state;
            proposed.last_run_time = current.last_run_time;
        }
    }
    // What waits in the job is of it, whatever it calls now.
    proposed.queued = current.queued;
    if (proposed.state != JobState::paused) {
        proposed.due = std::min(proposed.due, earliest_queued(proposed.queued));
    }
    proposed.generation = current.generation;
    proposed.running = current.running;
    return {.action = JobEdit::Action::put, .record = std::move(proposed), .not_run = {}};
}

}  // namespace punctual::detail
