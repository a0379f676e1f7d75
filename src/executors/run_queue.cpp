#include "executors/run_queue.hpp"

namespace punctual::detail {

void RunQueue::push(std::vector<RunTicket>& runs) {
    if (runs.empty()) return;
    RunBatch& batch = spare_batch();
    queue_.push_back(&batch);
    batch.runs_.swap(runs);
    batch.taken_.store(0, std::memory_order_relaxed);
    if (queue_.size() > 1) waiting_behind_front_ += batch.runs_.size();
}

RunBatch* RunQueue::join() {
    while (!queue_.empty()) {
        RunBatch* batch = queue_.front();
        if (batch->remaining() > 0) {
            ++batch->users_;
            return batch;
        }
        // Whoever took its last run is still in there, and recycles it on leaving.
        pop_front();
    }
    return nullptr;
}

void RunQueue::leave(RunBatch& batch) {
    if (--batch.users_ > 0 || batch.remaining() > 0) return;
    if (!queue_.empty() && queue_.front() == &batch) pop_front();
    batch.runs_.clear();
    spare_.push_back(&batch);
}

std::size_t RunQueue::waiting() const {
    return queue_.empty() ? 0 : queue_.front()->remaining() + waiting_behind_front_;
}

void RunQueue::pop_front() {
    queue_.pop_front();
    if (!queue_.empty()) waiting_behind_front_ -= queue_.front()->runs_.size();
}

RunBatch& RunQueue::spare_batch() {
    if (spare_.empty()) {
        spare_.reserve(batches_.size() + 1);
        spare_.push_back(batches_.emplace_back(std::make_unique<RunBatch>()).get());
    }
    RunBatch& batch = *spare_.back();
    spare_.pop_back();
    return batch;
}

}  // namespace punctual::detail
