// The side of the memory store that has to do with runs: claiming, settling, and what is kept of
// them.

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "stores/memory_store.hpp"
#include "stores/run_codec.hpp"
#include "stores/set_aside.hpp"

namespace punctual::detail {

namespace {

// So many settlements before its own, the memory for one is fetched.
constexpr std::size_t ahead = 4;

}  // namespace

// --- Runs ---

void MemoryStore::process(const StoreBatch& batch, StoreResult& result) {
    const std::lock_guard lock(mutex_);
    now_ = batch.now;
    result.clear();
    for (std::size_t i = 0; i < batch.settlements.size(); ++i) {
        if (i + ahead < batch.settlements.size()) prefetch(batch.settlements[i + ahead].run);
        settle(batch.settlements[i], result);
    }
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
    if (RunRecord* record = keep(present ? &entry : nullptr, now_)) *record = record_of(settlement);
    if (present) trim_if_long(entry);
    if (present && settlement.ends_group) {
        --entry.running;
        if (queued(index) != nullptr) hasten(index, now_);
    }
    for (const QueueRequest& request : settlement.follow_ups) queue(request);
    if (present) leave_if_done(index, result);
}

bool MemoryStore::is_over(EntryIndex index) {
    const Entry& entry = at(index);
    return entry.state() == JobState::ended && entry.running == 0 && queued(index) == nullptr;
}

void MemoryStore::leave_if_done(EntryIndex index, StoreResult& result) {
    if (!is_over(index)) return;
    result.ended.push_back(at(index).definition);
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
        if (!queue->heap.empty()) __builtin_prefetch(&at(queue->heap.top().entry));
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
        if (!queue->heap.empty()) {
            __builtin_prefetch(at(queue->heap.top().entry).definition.get());
        }
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
    const bool leaves = decision_.state == JobState::ended;
    const std::uint32_t id_hash = leaves ? IdIndex::hash_of(entry.definition->id) : 0;
    RunId group = 0;
    for (const NewRun& run : decision_.runs) {
        ClaimedRun& claimed = result.claimed.emplace_back();
        claimed.scheduled = run.scheduled;
        claimed.due = run.due;
        claimed.attempt = run.attempt;
        claimed.group = group;
        claimed.started = group == 0;
        put_live(index, claimed).id_hash = id_hash;
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
        const ClaimedRun run = live.run;
        drop_live(live);
        RunRecord* record = keep(&entry, now);
        if (record == nullptr) continue;
        *record = record_of_cancelled(run, entry.definition->id, now);
        trim_if_long(entry);
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

RunRecord* MemoryStore::keep(Entry* entry, Instant now) {
    if (history_.runs_per_job <= 0 || history_.runs <= 0) return nullptr;
    const auto most = static_cast<std::size_t>(std::min(history_.runs, most_kept));
    while (!kept_.empty() &&
           (kept_.size() >= most ||
            (history_.age != unlimited && now - *kept_.front().finished > history_.age))) {
        kept_.pop_front();
    }
    if (entry != nullptr) {
        entry->kept_runs = std::min<std::uint32_t>(entry->kept_runs + 1u, most_kept) & 0xffffu;
    }
    return &kept_.append();
}

void MemoryStore::keep_not_run(Entry& entry, const NotRun& range, Instant now) {
    const RunId id = ++last_run_;
    RunRecord* record = keep(&entry, now);
    if (record == nullptr) return;
    *record = record_of_not_run(id, entry.definition->id, range, now);
    trim_if_long(entry);
}

// Trimming a job walks over all that is kept: it is put off until it pays.
void MemoryStore::trim_if_long(Entry& entry) {
    const auto limit = static_cast<std::uint64_t>(history_.runs_per_job);
    if (entry.kept_runs <= limit + limit / 2 + 64) return;
    const std::string& id = entry.definition->id;
    std::int64_t surplus = -history_.runs_per_job;
    for (std::size_t i = 0; i < kept_.size(); ++i) surplus += kept_[i].job_id == id ? 1 : 0;
    kept_.erase_if([&](const RunRecord& record) { return record.job_id == id && surplus-- > 0; });
    entry.kept_runs = static_cast<std::uint32_t>(history_.runs_per_job) & 0xffffu;
}

std::vector<RunRecord> MemoryStore::runs(const RunQuery& query) {
    const std::lock_guard lock(mutex_);
    std::vector<RunRecord> found;
    std::unordered_map<std::string_view, std::int64_t> seen;
    std::vector<const RunRecord*> newest;
    newest.reserve(kept_.size());
    for (std::size_t i = 0; i < kept_.size(); ++i) newest.push_back(&kept_[i]);
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
