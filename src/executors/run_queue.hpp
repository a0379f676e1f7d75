#pragma once
// What waits in a thread pool: batches, as they were submitted, that several threads take single
// runs from. No thread ever owns a run that it has not begun, so a long one holds up nothing behind
// it.

#include <punctual/executors/executor.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

namespace punctual::detail {

/// Runs that were submitted together.
class RunBatch {
public:
    /// The next run that nobody has taken; null at the end.
    /// *Thread safety*: safe for all that have joined the batch.
    [[nodiscard]] RunTicket* take() noexcept {
        const std::size_t index = taken_.fetch_add(1, std::memory_order_relaxed);
        return index < runs_.size() ? &runs_[index] : nullptr;
    }
    [[nodiscard]] std::size_t remaining() const noexcept {
        const std::size_t taken = taken_.load(std::memory_order_relaxed);
        return taken < runs_.size() ? runs_.size() - taken : 0;
    }

private:
    friend class RunQueue;
    std::vector<RunTicket> runs_;
    std::size_t users_ = 0;
    // Written for every run; the rest is only read then, and must stay in the caches.
    alignas(64) std::atomic<std::size_t> taken_ = 0;
};

/// Batches in order of submission.
/// *Thread safety*: none, but for `RunBatch::take`; its owner holds a lock for a few steps a batch.
class RunQueue {
public:
    /// Takes all of `runs`, which is left empty with the memory of an earlier batch.
    void push(std::vector<RunTicket>& runs);
    /// The oldest batch with runs to take, which stays alive until the caller leaves it; null if
    /// nothing waits.
    [[nodiscard]] RunBatch* join();
    void leave(RunBatch& batch);
    /// How many runs nobody has taken yet.
    [[nodiscard]] std::size_t waiting() const;

private:
    void pop_front();
    RunBatch& spare_batch();

    std::deque<RunBatch*> queue_;
    std::size_t waiting_behind_front_ = 0;
    std::vector<RunBatch*> spare_;
    std::vector<std::unique_ptr<RunBatch>> batches_;
};

}  // namespace punctual::detail
