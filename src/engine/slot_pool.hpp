#pragma once
// The slots of one lane's runs, reused. Slots stay where they are: executors point at them.

#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "tasks/run_slot.hpp"

namespace punctual::detail {

/// *Thread safety*: `take` and `give_back` from one thread at a time, with `locked()` held for as
/// many of them as come together; the others from any thread.
class SlotPool {
public:
    explicit SlotPool(RunSink& sink) : sink_(sink) {}

    [[nodiscard]] std::unique_lock<std::mutex> locked() { return std::unique_lock(mutex_); }

    [[nodiscard]] RunSlot& take(ClaimedRun run) {
        if (free_.empty()) free_.push_back(&slots_.emplace_back(sink_));
        RunSlot& slot = *free_.back();
        free_.pop_back();
        slot.reset(std::move(run));
        slot.live = true;
        return slot;
    }
    void give_back(RunSlot& slot) {
        slot.live = false;
        free_.push_back(&slot);
    }

    [[nodiscard]] bool any_live() {
        const std::lock_guard lock(mutex_);
        return free_.size() < slots_.size();
    }
    /// Calls `visit(slot)` for each slot in use.
    template <class Visit>
    void for_each_live(Visit visit) {
        const std::lock_guard lock(mutex_);
        for (RunSlot& slot : slots_) {
            if (slot.live) visit(slot);
        }
    }

private:
    RunSink& sink_;
    std::mutex mutex_;
    std::deque<RunSlot> slots_;
    std::vector<RunSlot*> free_;
};

}  // namespace punctual::detail
