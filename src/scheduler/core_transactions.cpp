// Jobs added, changed and removed in a transaction of the caller's. What is done there may be
// undone, so no event claims it and no lane is told of it: the caller does that after the commit.

#include <utility>

#include "engine/decide.hpp"
#include "scheduler/core.hpp"

namespace punctual::detail {

void SchedulerCore::require_started_for(const Transaction& transaction) const {
    check_usable();
    if (started()) return;
    throw SchedulerNotRunningError("a transaction of " + std::string(transaction.client()) +
                                   " takes jobs once the scheduler runs, and it does not: its "
                                   "stores are closed");
}

// An edit that changes nothing: what was added in the transaction is to be seen nowhere else yet.
JobFinder SchedulerCore::jobs_within(const Transaction& transaction, JobStore& store) {
    return [&](const std::string& id) {
        std::shared_ptr<const JobDefinition> found;
        FunctionEditor editor([&](std::size_t, const JobRecord* current) {
            if (current != nullptr) found = current->definition;
            return JobEdit{};
        });
        store.edit_within(transaction, {&id, 1}, editor);
        return found;
    };
}

Job SchedulerCore::add_within(const Transaction& transaction, const JobRequest& request) {
    require_started_for(transaction);
    const JobOptions& options = request.options;
    const std::shared_ptr<Track> track = tracks_for(options.store).front();
    const Instant added_at = now();
    JobRecord record = make_record(request, added_at);
    check_acceptable(*record.definition, *track);
    if (report_if_over(record, options.store, added_at)) return handle(options.store, record);
    check_chains({&record, 1}, jobs_within(transaction, track->lane->store()));
    JobRecord stored;
    FunctionEditor editor([&](std::size_t, const JobRecord* current) {
        if (current != nullptr && !options.replace_existing) {
            throw_conflict(options.store, current->definition->id);
        }
        JobEdit edit =
            current == nullptr
                ? JobEdit{.action = JobEdit::Action::put, .record = record, .not_run = {}}
                : replacement(*current, record, options);
        stored = edit.record;
        return edit;
    });
    track->lane->store().edit_within(transaction, {&record.definition->id, 1}, editor);
    return handle(options.store, std::move(stored));
}

JobRecord SchedulerCore::change_within(const Transaction& transaction, std::string_view id,
                                       std::string_view store, const Change& change) {
    require_started_for(transaction);
    const std::string key(id);
    JobRecord changed;
    FunctionEditor editor([&](std::size_t, const JobRecord* current) {
        if (current == nullptr) {
            throw JobLookupError("no job \"" + key + "\" in store \"" + std::string(store) + "\"");
        }
        JobEdit edit = change(*current, now());
        changed = edit.record;
        return edit;
    });
    tracks_for(store).front()->lane->store().edit_within(transaction, {&key, 1}, editor);
    return changed;
}

Job SchedulerCore::modify_within(const Transaction& transaction, std::string_view id,
                                 const JobChanges& changes, std::string_view store) {
    require_started_for(transaction);
    if (changes.then) {
        JobStore& jobs = tracks_for(store).front()->lane->store();
        check_chain(id, *changes.then, jobs_within(transaction, jobs));
    }
    return handle(std::string(store),
                  change_within(transaction, id, store, [&](const JobRecord& current, Instant at) {
                      return modified(current, changes, at);
                  }));
}

void SchedulerCore::remove_within(const Transaction& transaction, std::string_view id,
                                  std::string_view store) {
    static_cast<void>(change_within(transaction, id, store, [](const JobRecord& current, Instant) {
        return JobEdit{.action = JobEdit::Action::remove,
                       .record = current,
                       .not_run = queued_of_removed(current)};
    }));
}

void SchedulerCore::wakeup() {
    check_usable();
    if (!started()) return;
    for (const auto& track : tracks()) wake(*track);
}

}  // namespace punctual::detail
