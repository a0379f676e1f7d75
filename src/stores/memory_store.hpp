#pragma once
// Jobs in memory: a slab of entries, found by id through an index and by time through one heap for
// each executor. Every operation is short and under one mutex.

#include <punctual/stores/store.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "stores/due_heap.hpp"
#include "stores/id_index.hpp"
#include "stores/run_ring.hpp"

namespace punctual::detail {

class MemoryStore final : public JobStore {
public:
    void open(const StoreContext& context) override;
    void close() override {}
    [[nodiscard]] bool durable() const override { return false; }
    [[nodiscard]] std::string describe() const override { return "memory://"; }

    std::vector<std::size_t> add(std::span<const JobRecord> jobs) override;
    void edit(std::span<const std::string> ids, JobEditor& editor) override;
    std::size_t remove_all() override;
    [[nodiscard]] std::optional<JobRecord> find(std::string_view id) override;
    [[nodiscard]] JobPage list(std::string_view after, std::size_t limit) override;

    void process(const StoreBatch& batch, StoreResult& result) override;
    void start_unscheduled(std::span<ClaimedRun> runs, Instant now) override;
    [[nodiscard]] Instant next_due(std::span<const std::string_view> executors) override;
    [[nodiscard]] std::vector<ClaimedRun> unsettled() override;
    void retry_lost(std::span<const ClaimedRun> runs) override;
    [[nodiscard]] std::vector<RunRecord> runs(const RunQuery& query) override;

private:
    struct Entry {
        std::shared_ptr<const JobDefinition> definition;  // null: the entry is free
        Instant next_run_time{};
        Instant last_run_time{};
        std::int64_t generation = 0;  // of a free entry: the next free one
        std::int32_t version = 0;
        std::int32_t running = 0;
        std::uint32_t stamp = 0;           // of its item in a heap; 0: none
        std::uint32_t kept_runs : 16 = 0;  // at most `most_kept`
        std::uint32_t queue : 14 = 0;
        std::uint32_t state_bits : 2 = 0;

        [[nodiscard]] JobState state() const { return static_cast<JobState>(state_bits); }
        void set_state(JobState state) { state_bits = static_cast<std::uint32_t>(state) & 3u; }
    };
    static_assert(sizeof(Entry) == 56, "a million jobs take 8 MB more for each word added here");
    struct Queue {
        std::string executor;
        DueHeap heap;
        std::size_t outdated = 0;
    };
    struct LiveRun {
        ClaimedRun run;  // without `job`, which the entry has; id 0: free
        std::uint32_t entry = 0;
        std::uint32_t id_hash = 0;  // of a job that leaves when this run is settled
    };
    /// What waits in a job, and when that is due: of other jobs only their item in a heap knows.
    struct QueuedRuns {
        std::vector<QueuedRun> runs;
        Instant due = never;
    };
    using EntryIndex = std::uint32_t;

    [[nodiscard]] Entry& at(EntryIndex index) {
        return chunks_[index >> chunk_bits][index & chunk_mask];
    }
    [[nodiscard]] const Entry& at(EntryIndex index) const {
        return chunks_[index >> chunk_bits][index & chunk_mask];
    }
    [[nodiscard]] std::optional<EntryIndex> locate(std::string_view id);
    [[nodiscard]] std::optional<EntryIndex> locate(std::string_view id, std::uint32_t hash);
    EntryIndex allocate_entry();
    void insert(const JobRecord& job, std::uint32_t hash);
    void replace(EntryIndex index, const JobRecord& job);
    void erase(EntryIndex index);
    [[nodiscard]] JobRecord record(EntryIndex index);

    [[nodiscard]] std::uint32_t queue_for(const JobSettings& settings);
    [[nodiscard]] Queue* find_queue(std::string_view executor);
    void enqueue(EntryIndex index, Instant due);
    void dequeue(EntryIndex index);
    /// Makes it due at `due` at the latest, unless it is paused.
    void hasten(EntryIndex index, Instant due);

    /// Null if none is queued.
    [[nodiscard]] const QueuedRuns* queued(EntryIndex index) const;
    /// To be followed by `enqueue`.
    void set_queued(EntryIndex index, const std::vector<QueuedRun>& runs);
    void queue(const QueueRequest& request);
    /// Null once the heap has no item that is up to date.
    [[nodiscard]] const DueItem* current_top(Queue& queue);

    // Inline, for GCC drops calls of functions that do nothing else.
    [[gnu::always_inline]] void prefetch(const ClaimedRun& run) const {
        if (run.token >= live_.size()) return;
        const LiveRun& live = live_[run.token];
        __builtin_prefetch(&at(live.entry));
        if (live.id_hash != 0) index_.prefetch(live.id_hash);
    }
    void settle(const Settlement& settlement, StoreResult& result);
    void start(const ClaimedRun& run, StoreResult& result);
    void claim(const ClaimRequest& request, Instant now, Decider& decider, StoreResult& result);
    void apply(EntryIndex index, Instant now, StoreResult& result);
    LiveRun& put_live(EntryIndex entry, ClaimedRun& run);
    [[nodiscard]] LiveRun* find_live(const ClaimedRun& run);
    void drop_live(LiveRun& live);
    void cancel_waiting(EntryIndex index, Instant now);
    /// It has ended, and waits for no run.
    [[nodiscard]] bool is_over(EntryIndex index);
    void leave_if_done(EntryIndex index, StoreResult& result);

    /// Makes room for a record, which is to be filled as a whole; null if none is kept.
    [[nodiscard]] RunRecord* keep(Entry* entry, Instant now);
    void keep_not_run(Entry& entry, const NotRun& range, Instant now);
    void trim_if_long(Entry& entry);

    static constexpr unsigned chunk_bits = 10;
    static constexpr EntryIndex chunk_mask = (1u << chunk_bits) - 1;
    static constexpr EntryIndex no_entry = ~0u;
    static constexpr std::size_t most_queues = 1u << 14;
    // A store in memory is for what a process can afford: the newest so many runs at the most.
    static constexpr std::int64_t most_kept = 10'000;

    std::mutex mutex_;
    std::vector<std::unique_ptr<Entry[]>> chunks_;
    EntryIndex used_entries_ = 0;
    EntryIndex free_entry_ = no_entry;
    std::size_t jobs_ = 0;
    IdIndex index_;
    std::vector<Queue> queues_;
    const JobSettings* cached_settings_ = nullptr;
    std::uint32_t cached_queue_ = 0;
    std::uint32_t last_stamp_ = 0;
    std::int64_t last_generation_ = 0;
    // Most jobs have none: apart from the entries, which have no word for it.
    std::unordered_map<EntryIndex, QueuedRuns> queued_;

    std::vector<LiveRun> live_;
    std::vector<std::uint32_t> free_live_;
    RunId last_run_ = 0;
    Decision decision_;

    History history_;
    RunRing kept_;
    Instant now_{};  // of the latest pass, for records of edits
};

}  // namespace punctual::detail
