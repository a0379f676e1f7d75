#include "stores/memory_store.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <tuple>

#include "stores/page_start.hpp"
#include "stores/queued_runs.hpp"

namespace punctual {
namespace detail {
void MemoryStore::open(const StoreContext& context) {
    const std::lock_guard lock(mutex_);
    history_ = context.history;
    now_ = context.now;
}

// --- Entries ---

std::optional<MemoryStore::EntryIndex> MemoryStore::locate(std::string_view id) {
    return locate(id, IdIndex::hash_of(id));
}

std::optional<MemoryStore::EntryIndex> MemoryStore::locate(std::string_view id,
                                                           std::uint32_t hash) {
    return index_.find(hash, [&](EntryIndex entry) { return at(entry).definition->id == id; });
}

MemoryStore::EntryIndex MemoryStore::allocate_entry() {
    if (free_entry_ != no_entry) {
        const EntryIndex index = free_entry_;
        free_entry_ = static_cast<EntryIndex>(at(index).generation);
        return index;
    }
    if (used_entries_ >> chunk_bits == chunks_.size()) {
        chunks_.push_back(std::make_unique<Entry[]>(std::size_t{1} << chunk_bits));
    }
    return used_entries_++;
}

void MemoryStore::insert(const JobRecord& job, std::uint32_t hash) {
    const EntryIndex index = allocate_entry();
    Entry& entry = at(index);
    entry = Entry{};
    entry.definition = job.definition;
    entry.next_run_time = job.next_run_time;
    entry.last_run_time = job.last_run_time;
    entry.generation = ++last_generation_;
    entry.version = job.version;
    entry.set_state(job.state);
    entry.queue = queue_for(*job.definition->settings) & 0x3fffu;
    index_.insert(hash, index);
    ++jobs_;
    set_queued(index, job.queued);
    enqueue(index, job.due);
}

void MemoryStore::replace(EntryIndex index, const JobRecord& job) {
    Entry& entry = at(index);
    dequeue(index);
    if (entry.definition != job.definition) ++entry.version;
    entry.definition = job.definition;
    entry.next_run_time = job.next_run_time;
    entry.last_run_time = job.last_run_time;
    entry.set_state(job.state);
    entry.queue = queue_for(*job.definition->settings) & 0x3fffu;
    set_queued(index, job.queued);
    enqueue(index, job.due);
}

void MemoryStore::erase(EntryIndex index) {
    Entry& entry = at(index);
    dequeue(index);
    index_.erase(IdIndex::hash_of(entry.definition->id), index);
    set_queued(index, {});
    entry.definition.reset();
    entry.generation = free_entry_;
    free_entry_ = index;
    --jobs_;
}

JobRecord MemoryStore::record(EntryIndex index) {
    const Entry& entry = at(index);
    JobRecord job{.definition = entry.definition};
    job.next_run_time = entry.next_run_time;
    if (const QueuedRuns* waiting = queued(index)) {
        job.queued = waiting->runs;
        job.due = waiting->due;
    } else {
        job.due = scheduled_due(job);
    }
    job.last_run_time = entry.last_run_time;
    job.generation = entry.generation;
    job.version = entry.version;
    job.running = entry.running;
    job.state = entry.state();
    return job;
}

// --- Queues ---

MemoryStore::Queue* MemoryStore::find_queue(std::string_view executor) {
    const auto found = std::ranges::find(queues_, executor, &Queue::executor);
    return found == queues_.end() ? nullptr : &*found;
}

// Jobs mostly share their settings object: the queue of the last one is remembered by its address,
// which the jobs that point at it keep from being reused for another executor.
std::uint32_t MemoryStore::queue_for(const JobSettings& settings) {
    if (&settings == cached_settings_ && queues_[cached_queue_].executor == settings.executor) {
        return cached_queue_;
    }
    Queue* queue = find_queue(settings.executor);
    if (queue == nullptr) {
        if (queues_.size() == most_queues) {
            throw StoreError("a memory store holds jobs of at most 16384 executors");
        }
        queue = &queues_.emplace_back(Queue{.executor = settings.executor, .heap = {}});
    }
    cached_settings_ = &settings;
    cached_queue_ = static_cast<std::uint32_t>(queue - queues_.data());
    return cached_queue_;
}

void MemoryStore::enqueue(EntryIndex index, Instant due) {
    if (!queued_.empty()) {
        if (const auto waiting = queued_.find(index); waiting != queued_.end()) {
            waiting->second.due = due;
        }
    }
    if (due == never) return;
    Entry& entry = at(index);
    if (++last_stamp_ == 0) ++last_stamp_;
    entry.stamp = last_stamp_;
    const int priority = entry.definition->settings->priority;
    queues_[entry.queue].heap.push({DueItem::make_key(due, priority), index, entry.stamp});
}

void MemoryStore::hasten(EntryIndex index, Instant due) {
    const Instant present = record(index).due;
    if (at(index).state() == JobState::paused || present <= due) return;
    dequeue(index);
    enqueue(index, due);
}

const MemoryStore::QueuedRuns* MemoryStore::queued(EntryIndex index) const {
    if (queued_.empty()) return nullptr;
    const auto found = queued_.find(index);
    return found == queued_.end() ? nullptr : &found->second;
}

void MemoryStore::set_queued(EntryIndex index, const std::vector<QueuedRun>& runs) {
    if (!runs.empty()) {
        queued_[index].runs = runs;
    } else if (!queued_.empty()) {
        queued_.erase(index);
    }
}

void MemoryStore::queue(const QueueRequest& request) {
    const auto index = locate(request.job_id);
    if (!index) return;
    if (request.generation != 0 && request.generation != at(*index).generation) return;
    const Instant present = record(*index).due;
    queued_.try_emplace(*index, QueuedRuns{.runs = {}, .due = present});
    queued_[*index].runs.push_back(request.run);
    hasten(*index, request.run.due);
}

void MemoryStore::dequeue(EntryIndex index) {
    Entry& entry = at(index);
    if (entry.stamp == 0) return;
    entry.stamp = 0;
    Queue& queue = queues_[entry.queue];
    if (++queue.outdated > 1024 && queue.outdated > queue.heap.size() / 2) {
        queue.heap.filter(
            [this](const DueItem& item) { return at(item.entry).stamp == item.stamp; });
        queue.outdated = 0;
    }
}

const DueItem* MemoryStore::current_top(Queue& queue) {
    while (!queue.heap.empty()) {
        const DueItem& top = queue.heap.top();
        if (at(top.entry).stamp == top.stamp) return &top;
        queue.heap.pop();
        --queue.outdated;
    }
    return nullptr;
}

// --- Jobs ---

std::vector<std::size_t> MemoryStore::add(std::span<const JobRecord> jobs) {
    const std::lock_guard lock(mutex_);
    std::vector<std::size_t> conflicts;
    std::size_t added = 0;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const std::string& id = jobs[i].definition->id;
        const std::uint32_t hash = IdIndex::hash_of(id);
        if (locate(id, hash)) {
            conflicts.push_back(i);
        } else if (conflicts.empty()) {
            insert(jobs[i], hash);
            ++added;
        }
    }
    for (std::size_t i = 0; i < added; ++i) {
        if (conflicts.empty() && jobs[i].state != JobState::ended) continue;
        const EntryIndex index = *locate(jobs[i].definition->id);
        if (!conflicts.empty() || is_over(index)) erase(index);
    }
    return conflicts;
}

void MemoryStore::edit(std::span<const std::string> ids, JobEditor& editor) {
    const std::lock_guard lock(mutex_);
    // All are asked before anything is done, so that an editor may throw.
    std::vector<JobEdit> edits;
    edits.reserve(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto index = locate(ids[i]);
        if (index) {
            const JobRecord current = record(*index);
            edits.push_back(editor.edit(i, &current));
        } else {
            edits.push_back(editor.edit(i, nullptr));
        }
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto index = locate(ids[i]);
        const JobEdit& edit = edits[i];
        if (edit.action == JobEdit::Action::put) {
            if (index) {
                replace(*index, edit.record);
            } else {
                insert(edit.record, IdIndex::hash_of(ids[i]));
                index = locate(ids[i]);
            }
        }
        if (!index) continue;
        for (const NotRun& range : edit.not_run) keep_not_run(at(*index), range, now_);
        if (edit.action == JobEdit::Action::remove) {
            cancel_waiting(*index, now_);
            erase(*index);
        } else if (is_over(*index)) {
            erase(*index);
        }
    }
}

std::size_t MemoryStore::remove_all() {
    const std::lock_guard lock(mutex_);
    const std::size_t count = jobs_;
    for (EntryIndex index = 0; index < used_entries_; ++index) {
        if (at(index).definition == nullptr) continue;
        cancel_waiting(index, now_);
        erase(index);
    }
    for (Queue& queue : queues_) {
        queue.heap = {};
        queue.outdated = 0;
    }
    return count;
}

std::optional<JobRecord> MemoryStore::find(std::string_view id) {
    const std::lock_guard lock(mutex_);
    const auto index = locate(id);
    return index ? std::optional(record(*index)) : std::nullopt;
}

JobPage MemoryStore::list(std::string_view after, std::size_t limit) {
    using Key = std::tuple<Instant, std::int64_t, EntryIndex>;
    Key start{Instant::min(), 0, 0};
    if (!after.empty()) {
        const PageStart page = parse_page_start(after);
        start = {page.next_run_time, page.generation, no_entry};
    }
    const std::lock_guard lock(mutex_);
    std::vector<Key> keys;
    for (EntryIndex index = 0; index < used_entries_; ++index) {
        const Entry& entry = at(index);
        if (entry.definition == nullptr) continue;
        const Key key{entry.next_run_time, entry.generation, index};
        if (key > start) keys.push_back(key);
    }
    const std::size_t count = std::min(limit, keys.size());
    std::ranges::partial_sort(keys, keys.begin() + static_cast<std::ptrdiff_t>(count));
    JobPage page;
    page.jobs.reserve(count);
    for (std::size_t i = 0; i < count; ++i) page.jobs.push_back(record(std::get<2>(keys[i])));
    if (count < keys.size() && count > 0) page.next = format_page_start(page.jobs.back());
    return page;
}

}  // namespace detail

std::shared_ptr<JobStore> make_memory_store() {
    return std::make_shared<detail::MemoryStore>();
}

}  // namespace punctual
