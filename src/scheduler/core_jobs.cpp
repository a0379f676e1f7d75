// Jobs added, changed, listed and removed while the scheduler runs. Each change is one atomic edit
// of the store; the lane is then told if the job is due earlier than it knows.

#include <punctual/executors/executor.hpp>

#include <algorithm>
#include <map>
#include <ostream>
#include <utility>

#include "engine/decide.hpp"
#include "log/log.hpp"
#include "scheduler/core.hpp"

namespace punctual::detail {

Job SchedulerCore::handle(const std::string& store, JobRecord record, bool pending) {
    return {shared_from_this(), store, std::move(record), pending};
}

// --- Adding ---

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

std::vector<Job> SchedulerCore::add_to_stores(std::vector<JobRequest>& requests) {
    struct Group {
        std::shared_ptr<Track> track;
        bool replace = false;
        std::vector<JobRecord> records;
        std::vector<JobRequest*> requests;
        std::vector<std::size_t> positions;
    };
    std::vector<Group> groups;
    std::vector<std::optional<Job>> added(requests.size());
    const Instant added_at = now();
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const JobOptions& options = requests[i].options;
        auto group = std::ranges::find_if(groups, [&](const Group& each) {
            return each.track->lane->name() == options.store &&
                   each.replace == options.replace_existing;
        });
        if (group == groups.end()) {
            groups.push_back(
                {tracks_for(options.store).front(), options.replace_existing, {}, {}, {}});
            group = std::prev(groups.end());
        }
        JobRecord record = make_record(requests[i], added_at);
        check_acceptable(*record.definition, *group->track);
        if (report_if_over(record, options.store, added_at)) {
            added[i] = handle(options.store, std::move(record));
            continue;
        }
        group->records.push_back(std::move(record));
        group->requests.push_back(&requests[i]);
        group->positions.push_back(i);
    }
    for (Group& group : groups) {
        if (group.records.empty()) continue;
        group.replace ? replace(*group.track, group.records, group.requests)
                      : put(*group.track, group.records);
        for (std::size_t i = 0; i < group.records.size(); ++i) {
            added[group.positions[i]] =
                handle(group.track->lane->name(), std::move(group.records[i]));
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
    if (executor == nullptr) {
        std::string known;
        for (const NamedExecutor& named : *context_.executors.read()) {
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

void SchedulerCore::put(Track& track, std::span<const JobRecord> records) {
    Lane& lane = *track.lane;
    const auto conflicts = lane.store().add(records);
    if (!conflicts.empty()) {
        throw ConflictingIdError("store \"" + lane.name() + "\" has a job \"" +
                                 records[conflicts.front()].definition->id +
                                 "\" already: choose another id, or set replace_existing");
    }
    Instant earliest = never;
    for (const JobRecord& record : records) {
        earliest = std::min(earliest, record.due);
        tell_job<JobAdded>(lane.name(), record.definition->id);
    }
    lane.due_at(earliest);
}

void SchedulerCore::replace(Track& track, std::vector<JobRecord>& records,
                            const std::vector<JobRequest*>& requests) {
    Lane& lane = *track.lane;
    std::vector<std::string> ids;
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
    lane.store().edit(ids, editor);
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
    proposed.generation = current.generation;
    proposed.running = current.running;
    return {.action = JobEdit::Action::put, .record = std::move(proposed), .not_run = {}};
}

// --- Changing ---

Job SchedulerCore::change(std::string_view id, std::string_view store, const Change& change) {
    const std::string key(id);
    for (const auto& track : tracks_for(store)) {
        Lane& lane = *track->lane;
        std::optional<JobEdit> done;
        FunctionEditor editor([&](std::size_t, const JobRecord* current) {
            done.reset();
            if (current == nullptr) return JobEdit{};
            done = change(*current, now());
            return *done;
        });
        lane.store().edit({&key, 1}, editor);
        if (!done) continue;
        if (done->action == JobEdit::Action::remove) {
            tell_job<JobRemoved>(lane.name(), key);
        } else {
            lane.due_at(done->record.due);
            tell_job<JobModified>(lane.name(), key);
        }
        return handle(lane.name(), std::move(done->record));
    }
    throw JobLookupError("no job \"" + key + "\" in " +
                         (store.empty() ? "any store" : "store \"" + std::string(store) + "\""));
}

JobEdit SchedulerCore::modified(const JobRecord& current, const JobChanges& changes, Instant now) {
    auto definition = std::make_shared<JobDefinition>(*current.definition);
    if (changes.call) definition->call = *changes.call;
    if (changes.trigger) {
        definition->trigger = changes.trigger->resolve(now, timezone_);
        definition->added_at = now;
    }
    definition->settings = settings_.share(changed_settings(*definition->settings, changes));
    check_executor(*definition);
    JobEdit edit{.action = JobEdit::Action::put, .record = current, .not_run = {}};
    edit.record.definition = std::move(definition);
    if ((changes.trigger && current.state != JobState::paused) || changes.next_run_time) {
        schedule_from(edit.record, now, changes.next_run_time);
    }
    if (edit.record.state == JobState::ended && changes.trigger) {
        throw TriggerError(
            "job \"" + current.definition->id +
            "\": its new trigger never fires again: " + edit.record.definition->trigger.describe());
    }
    return edit;
}

Job SchedulerCore::modify(std::string_view id, const JobChanges& changes, std::string_view store) {
    check_usable();
    if (!started()) {
        auto job = change_pending(id, store,
                                  [&](JobRequest& request) { apply_changes(request, changes); });
        if (job) return *job;
    }
    return change(id, store, [&](const JobRecord& current, Instant now) {
        return modified(current, changes, now);
    });
}

Job SchedulerCore::pause_job(std::string_view id, std::string_view store) {
    check_usable();
    if (!started()) {
        auto job =
            change_pending(id, store, [](JobRequest& request) { request.options.paused = true; });
        if (job) return *job;
    }
    return change(id, store, [](const JobRecord& current, Instant) {
        JobEdit edit{.action = JobEdit::Action::put, .record = current, .not_run = {}};
        if (current.state == JobState::active) {
            edit.record.state = JobState::paused;
            edit.record.next_run_time = edit.record.due = never;
        }
        return edit;
    });
}

Job SchedulerCore::resume_job(std::string_view id, std::string_view store) {
    check_usable();
    if (!started()) {
        auto job =
            change_pending(id, store, [](JobRequest& request) { request.options.paused = false; });
        if (job) return *job;
    }
    return change(id, store, [](const JobRecord& current, Instant now) {
        JobEdit edit{.action = JobEdit::Action::put, .record = current, .not_run = {}};
        if (current.state != JobState::paused) return edit;
        if (auto paused = instants_of_pause(current, now))
            edit.not_run.push_back(std::move(*paused));
        // An instant that is exactly now has just been counted among those of the pause.
        schedule_from(edit.record, now + std::chrono::microseconds(1));
        if (edit.record.state == JobState::ended && current.running == 0) {
            edit.action = JobEdit::Action::remove;
        }
        return edit;
    });
}

Job SchedulerCore::run_job(std::string_view id, std::string_view store) {
    check_usable();
    if (!started()) {
        throw SchedulerNotRunningError("job \"" + std::string(id) +
                                       "\" cannot be run: the scheduler is not running");
    }
    for (const auto& track : tracks_for(store)) {
        auto record = track->lane->store().find(id);
        if (!record) continue;
        check_executor(*record->definition);
        track->lane->run_now(record->definition, record->generation, now());
        return handle(track->lane->name(), std::move(*record));
    }
    throw JobLookupError("no job \"" + std::string(id) + "\" in any store");
}

void SchedulerCore::remove(std::string_view id, std::string_view store) {
    check_usable();
    if (!started()) {
        const std::lock_guard lock(pending_mutex_);
        if (const auto index = find_pending(id, store)) {
            pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(*index));
            return;
        }
    }
    change(id, store, [](const JobRecord& current, Instant) {
        return JobEdit{.action = JobEdit::Action::remove, .record = current, .not_run = {}};
    });
}

std::size_t SchedulerCore::remove_all(std::string_view store) {
    check_usable();
    std::size_t count = 0;
    if (!started()) {
        const std::lock_guard lock(pending_mutex_);
        count = std::erase_if(pending_, [&](const JobRequest& request) {
            return store.empty() || request.options.store == store;
        });
    }
    for (const auto& track : tracks_for(store)) {
        if (!track->open && track->lane->store().durable()) continue;
        count += track->lane->store().remove_all();
        AllJobsRemoved event;
        event.store = track->lane->name();
        tell(std::move(event));
    }
    return count;
}

// --- Looking ---

std::optional<Job> SchedulerCore::find(std::string_view id, std::string_view store) {
    check_usable();
    if (!started()) {
        const std::lock_guard lock(pending_mutex_);
        if (const auto index = find_pending(id, store)) return pending_handle(pending_[*index]);
    }
    for (const auto& track : tracks_for(store)) {
        if (!track->open && track->lane->store().durable()) continue;
        if (auto record = track->lane->store().find(id)) {
            return handle(track->lane->name(), std::move(*record));
        }
    }
    return std::nullopt;
}

Job SchedulerCore::get(std::string_view id, std::string_view store) {
    if (auto job = find(id, store)) return *job;
    throw JobLookupError("no job \"" + std::string(id) + "\" in " +
                         (store.empty() ? "any store" : "store \"" + std::string(store) + "\""));
}

std::vector<Job> SchedulerCore::list(std::string_view store) {
    check_usable();
    std::vector<Job> jobs;
    for (const auto& track : tracks_for(store)) {
        if (!track->open && track->lane->store().durable()) continue;
        JobPage page;
        do {
            page = track->lane->store().list(page.next, 100'000);
            for (JobRecord& record : page.jobs) {
                jobs.push_back(handle(track->lane->name(), std::move(record)));
            }
        } while (!page.next.empty());
    }
    std::ranges::stable_sort(jobs, {},
                             [](const Job& job) { return job.next_run_time().value_or(never); });
    const std::lock_guard lock(pending_mutex_);
    for (const JobRequest& request : pending_) {
        if (store.empty() || request.options.store == store)
            jobs.push_back(pending_handle(request));
    }
    return jobs;
}

// The words and the layout are APScheduler's.
void SchedulerCore::print(std::ostream& out, std::string_view store) {
    const std::vector<Job> jobs = list(store);
    const auto print_those = [&](const char* none, const auto& which) {
        bool any = false;
        for (const Job& job : jobs) {
            if (!which(job)) continue;
            out << "    " << job.to_string() << '\n';
            any = true;
        }
        if (!any) out << none;
    };
    if (!started()) {
        out << "Pending jobs:\n";
        print_those("    No pending jobs\n", [](const Job& job) { return job.pending(); });
    }
    for (const auto& track : tracks_for(store)) {
        const std::string& name = track->lane->name();
        out << "Jobstore " << name << ":\n";
        print_those("    No scheduled jobs\n",
                    [&](const Job& job) { return !job.pending() && job.store() == name; });
    }
}

std::vector<RunRecord> SchedulerCore::runs(const RunQuery& query, std::string_view store) {
    check_usable();
    return tracks_for(store).front()->lane->store().runs(query);
}

}  // namespace punctual::detail
