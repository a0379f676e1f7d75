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
        write(lane, [&] { lane.store().edit({&key, 1}, editor); });
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
    if (changes.then) {
        for (const auto& track : tracks_for(store)) {
            check_chain(id, *changes.then, jobs_of(track->lane->store()));
        }
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
    std::optional<NotRun> paused;
    Job job = change(id, store, [&](const JobRecord& current, Instant now) {
        JobEdit edit{.action = JobEdit::Action::put, .record = current, .not_run = {}};
        paused.reset();
        if (current.state != JobState::paused) return edit;
        paused = instants_of_pause(current, now);
        if (paused) edit.not_run.push_back(*paused);
        // An instant that is exactly now has just been counted among those of the pause; one that
        // has run does not come again, though the clock may have been set back behind it.
        schedule_from(edit.record,
                      std::max(now, current.last_run_time) + std::chrono::microseconds(1));
        if (edit.record.state == JobState::ended && current.running == 0 &&
            current.queued.empty()) {
            edit.action = JobEdit::Action::remove;
        }
        return edit;
    });
    if (paused) tell_skipped(job, *paused);
    return job;
}

void SchedulerCore::tell_skipped(const Job& job, const NotRun& range) {
    JobSkipped event;
    event.store = job.store();
    event.job_id = job.id();
    event.first = range.first;
    event.last = range.last;
    event.count = range.count;
    event.reason = range.reason;
    tell(std::move(event));
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
        if (pending_.remove(id, store)) return;
    }
    std::vector<NotRun> queued;
    const Job job = change(id, store, [&](const JobRecord& current, Instant) {
        JobEdit edit{.action = JobEdit::Action::remove, .record = current, .not_run = {}};
        edit.not_run = queued = queued_of_removed(current);
        return edit;
    });
    for (const NotRun& range : queued) tell_skipped(job, range);
}

std::size_t SchedulerCore::remove_all(std::string_view store) {
    check_usable();
    std::size_t count = 0;
    if (!started()) {
        const std::lock_guard lock(pending_mutex_);
        count = pending_.remove_all(store);
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
        if (const JobRequest* request = pending_.find(id, store)) return pending_handle(*request);
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
