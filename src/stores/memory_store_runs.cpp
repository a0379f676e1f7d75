// The side of the memory store that has to do with runs: claiming, settling, and what is kept of
// them.

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "stores/memory_store.hpp"

namespace punctual::detail {

namespace {

// A job that its decider could not deal with is tried again then.
constexpr auto pause_of_a_job_set_aside = std::chrono::seconds(60);

}  // namespace

// --- Runs ---

void MemoryStore::process(const StoreBatch& batch, StoreResult& result) {
    const std::lock_guard lock(mutex_);
    now_ = batch.now;
    result.clear();
    for (const Settlement& settlement : batch.settlements) settle(settlement, result);
    for (const ClaimedRun& run : batch.starts) start(run, result);
    for (const ClaimRequest& request : batch.claims) {
        claim(request, batch.now, *batch.decider, result);
    }
}

void MemoryStore::settle(const Settlement& settlement, StoreResult& result) {
    LiveRun* live = find_live(settlement.run);
    if (live == nullptr) {
        result.superseded.push_back(settlement.run.id);
        return;
    }
    const EntryIndex index = live->entry;
    Entry& entry = at(index);
    const bool present = entry.definition != nullptr && entry.generation == live->run.generation;
    drop_live(*live);
    if (history_.runs_per_job > 0 && history_.runs > 0) {
        RunRecord record;
        record.id = settlement.run.id;
        record.job_id = settlement.run.job->id;
        record.scheduled = record.until = settlement.run.scheduled;
        record.due = settlement.run.due;
        record.started = settlement.started;
        record.finished = settlement.finished;
        record.state = settlement.outcome;
        record.attempt = settlement.run.attempt;
        record.reason = settlement.reason;
        record.output = settlement.output;
        record.result = settlement.result;
        record.progress = settlement.progress;
        keep(std::move(record), present ? &entry : nullptr, now_);
    }
    if (present && settlement.ends_group) {
        --entry.running;
        if (queued(index) != nullptr) hasten(index, now_);
    }
    for (const QueueRequest& request : settlement.follow_ups) queue(request);
    if (present) leave_if_done(index, result);
}

void MemoryStore::leave_if_done(EntryIndex index, StoreResult& result) {
    Entry& entry = at(index);
    if (entry.state() != JobState::ended || entry.running > 0) return;
    if (queued(index) != nullptr) return;
    result.ended.push_back(entry.definition);
    erase(index);
}

void MemoryStore::start(const ClaimedRun& run, StoreResult& result) {
    LiveRun* live = find_live(run);
    if (live == nullptr) {
        result.superseded.push_back(run.id);
    } else {
        live->run.started = true;
    }
}

void MemoryStore::claim(const ClaimRequest& request, Instant now, Decider& decider,
                        StoreResult& result) {
    Queue* queue = find_queue(request.executor);
    if (queue == nullptr) return;
    for (std::size_t taken = 0;; ++taken) {
        const DueItem* top = current_top(*queue);
        if (top == nullptr || top->due() > now) return;
        if (taken == request.limit) {
            result.more = true;
            return;
        }
        const EntryIndex index = top->entry;
        const Instant due = top->due();
        queue->heap.pop();
        Entry& entry = at(index);
        entry.stamp = 0;
        JobRecord job{.definition = entry.definition,
                      .next_run_time = entry.next_run_time,
                      .due = due,
                      .last_run_time = entry.last_run_time,
                      .generation = entry.generation,
                      .version = entry.version,
                      .running = entry.running,
                      .state = entry.state()};
        if (const QueuedRuns* waiting = queued(index)) job.queued = waiting->runs;
        decision_.clear();
        try {
            decider.decide(job, decision_);
        } catch (...) {
            // One job must not keep the rest of the batch from running.
            enqueue(index, now + pause_of_a_job_set_aside);
            continue;
        }
        apply(index, now, result);
    }
}

void MemoryStore::apply(EntryIndex index, Instant now, StoreResult& result) {
    Entry& entry = at(index);
    entry.next_run_time = decision_.next_run_time;
    entry.last_run_time = decision_.last_run_time;
    entry.set_state(decision_.state);
    set_queued(index, decision_.queued);
    enqueue(index, decision_.due);
    for (const NotRun& range : decision_.not_run) {
        keep_not_run(entry, range, now);
        result.not_run.push_back({entry.definition, range});
    }
    if (decision_.runs.empty()) {
        leave_if_done(index, result);
        return;
    }
    ++entry.running;
    RunId group = 0;
    for (const NewRun& run : decision_.runs) {
        ClaimedRun& claimed = result.claimed.emplace_back();
        claimed.scheduled = run.scheduled;
        claimed.due = run.due;
        claimed.attempt = run.attempt;
        claimed.group = group;
        claimed.started = group == 0;
        put_live(index, claimed);
        group = claimed.group;
        claimed.job = entry.definition;
    }
}

MemoryStore::LiveRun& MemoryStore::put_live(EntryIndex entry, ClaimedRun& run) {
    if (free_live_.empty()) {
        free_live_.push_back(static_cast<std::uint32_t>(live_.size()));
        live_.emplace_back();
    }
    const std::uint32_t slot = free_live_.back();
    free_live_.pop_back();
    run.id = ++last_run_;
    run.generation = at(entry).generation;
    run.token = slot;
    if (run.group == 0) run.group = run.id;
    LiveRun& live = live_[slot];
    live.run = run;
    live.entry = entry;
    return live;
}

MemoryStore::LiveRun* MemoryStore::find_live(const ClaimedRun& run) {
    if (run.token >= live_.size()) return nullptr;
    LiveRun& live = live_[run.token];
    return live.run.id == run.id && live.run.attempt == run.attempt ? &live : nullptr;
}

void MemoryStore::drop_live(LiveRun& live) {
    free_live_.push_back(static_cast<std::uint32_t>(live.run.token));
    live.run.id = 0;
}

void MemoryStore::cancel_waiting(EntryIndex index, Instant now) {
    Entry& entry = at(index);
    if (entry.running == 0) return;
    for (LiveRun& live : live_) {
        if (live.run.id == 0 || live.entry != index || live.run.started ||
            live.run.generation != entry.generation) {
            continue;
        }
        RunRecord record;
        record.id = live.run.id;
        record.job_id = entry.definition->id;
        record.scheduled = record.until = live.run.scheduled;
        record.due = live.run.due;
        record.finished = now;
        record.state = RunState::cancelled;
        record.attempt = live.run.attempt;
        record.reason = "the job was removed";
        drop_live(live);
        keep(std::move(record), &entry, now);
    }
}

void MemoryStore::start_unscheduled(std::span<ClaimedRun> runs, Instant now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
    for (ClaimedRun& run : runs) {
        const auto index = locate(run.job->id);
        if (!index) throw JobLookupError("no job \"" + run.job->id + "\" in this store");
        const auto job = run.job;
        run.job.reset();
        run.group = 0;
        run.started = true;
        put_live(*index, run);
        run.job = job;
        ++at(*index).running;
    }
}

Instant MemoryStore::next_due(std::span<const std::string_view> executors) {
    const std::lock_guard lock(mutex_);
    Instant earliest = never;
    for (const std::string_view executor : executors) {
        Queue* queue = find_queue(executor);
        const DueItem* top = queue == nullptr ? nullptr : current_top(*queue);
        if (top != nullptr) {
            earliest = std::min(earliest, top->due());
        }
    }
    return earliest;
}

std::vector<ClaimedRun> MemoryStore::unsettled() {
    const std::lock_guard lock(mutex_);
    std::vector<ClaimedRun> runs;
    for (const LiveRun& live : live_) {
        if (live.run.id == 0) continue;
        const Entry& entry = at(live.entry);
        if (entry.definition == nullptr || entry.generation != live.run.generation) continue;
        runs.push_back(live.run);
        runs.back().job = entry.definition;
    }
    std::ranges::sort(runs, {}, &ClaimedRun::id);
    return runs;
}

void MemoryStore::retry_lost(std::span<const ClaimedRun> runs) {
    const std::lock_guard lock(mutex_);
    for (const ClaimedRun& run : runs) {
        if (LiveRun* live = find_live(run)) {
            live->run.started = false;
            ++live->run.attempt;
        }
    }
}

// --- History ---

void MemoryStore::keep(RunRecord record, Entry* entry, Instant now) {
    if (history_.runs_per_job <= 0 || history_.runs <= 0) return;
    const auto most = static_cast<std::size_t>(std::min(history_.runs, most_kept));
    while (!kept_.empty() &&
           (kept_.size() >= most ||
            (history_.age != unlimited && now - *kept_.front().finished > history_.age))) {
        kept_.pop_front();
    }
    kept_.push_back(std::move(record));
    if (entry == nullptr) return;
    // Trimming a job walks over all that is kept: it is put off until it pays.
    const auto limit = static_cast<std::uint64_t>(history_.runs_per_job);
    const std::uint32_t kept = std::min<std::uint32_t>(entry->kept_runs + 1u, most_kept);
    entry->kept_runs = kept & 0xffffu;
    if (kept > limit + limit / 2 + 64) trim_job(entry->definition->id, *entry);
}

void MemoryStore::keep_not_run(Entry& entry, const NotRun& range, Instant now) {
    RunRecord record;
    record.id = ++last_run_;
    record.job_id = entry.definition->id;
    record.scheduled = record.due = range.first;
    record.until = range.last;
    record.count = range.count;
    record.finished = now;
    record.state = range.outcome;
    record.reason = range.reason;
    keep(std::move(record), &entry, now);
}

void MemoryStore::trim_job(const std::string& id, Entry& entry) {
    std::int64_t surplus =
        std::ranges::count(kept_, id, &RunRecord::job_id) - history_.runs_per_job;
    std::erase_if(kept_,
                  [&](const RunRecord& record) { return record.job_id == id && surplus-- > 0; });
    entry.kept_runs = static_cast<std::uint32_t>(history_.runs_per_job) & 0xffffu;
}

std::vector<RunRecord> MemoryStore::runs(const RunQuery& query) {
    const std::lock_guard lock(mutex_);
    std::vector<RunRecord> found;
    std::unordered_map<std::string_view, std::int64_t> seen;
    std::vector<const RunRecord*> newest;
    newest.reserve(kept_.size());
    for (const RunRecord& record : kept_) newest.push_back(&record);
    std::ranges::sort(newest, std::greater<>(), [](const RunRecord* record) { return record->id; });
    for (const RunRecord* record : newest) {
        if (found.size() == query.limit) break;
        if (++seen[record->job_id] > history_.runs_per_job) continue;
        if (query.before != 0 && record->id >= query.before) continue;
        if (!query.job_id.empty() && record->job_id != query.job_id) continue;
        if (history_.age != unlimited && now_ - *record->finished > history_.age) continue;
        found.push_back(*record);
    }
    return found;
}

}  // namespace punctual::detail
