#include "executors/pool_state.hpp"

#include <algorithm>

namespace punctual::detail {

namespace {

thread_local const PoolState* working_for = nullptr;

}  // namespace

PoolState::PoolState(std::size_t threads) : busy_(threads), look_ahead_(threads) {}

// A free thread takes one run; beyond that, runs are taken ahead only while threads keep turning to
// new work. Once all of them are stuck in slow runs, what was learned from quick ones no longer
// holds.
std::size_t PoolState::room() const {
    const std::lock_guard lock(mutex_);
    const std::size_t free = free_threads();
    std::size_t ahead = look_ahead_.size();
    if (free == 0 && ahead > 0 && Clock::now() - last_taken_up_ > LookAhead::window) ahead = 0;
    const std::size_t waiting = queue_.waiting();
    return free + ahead > waiting ? free + ahead - waiting : 0;
}

std::size_t PoolState::free_threads() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        busy_, [](const Busy& busy) { return !busy.flag.load(std::memory_order_relaxed); }));
}

std::size_t PoolState::submit(std::vector<RunTicket>& runs) {
    std::size_t to_wake = 0;
    std::size_t to_start = 0;
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return 0;
        const std::size_t work = runs.size();
        queue_.push(runs);
        to_wake = std::min(work, sleeping_ - wake_ups_);
        wake_ups_ += to_wake;
        to_start = std::min(work - to_wake, busy_.size() - started_);
        started_ += to_start;
    }
    for (std::size_t i = 0; i < to_wake; ++i) wake_.notify_one();
    return to_start;
}

void PoolState::give_back_threads(std::size_t count) {
    const std::lock_guard lock(mutex_);
    started_ -= count;
}

void PoolState::work(std::size_t index) {
    working_for = this;
    for (Visit visit = next_visit({}); visit.batch != nullptr; visit = next_visit(visit)) {
        do_runs(visit, busy_[index].flag);
    }
}

bool PoolState::is_working_here() const {
    return working_for == this;
}

void PoolState::do_runs(Visit& visit, std::atomic<bool>& busy) {
    while (RunTicket* ticket = visit.batch->take()) {
        busy.store(true, std::memory_order_relaxed);
        ticket->run();
        // Free before the report, for the engine answers a report by asking for room.
        busy.store(false, std::memory_order_relaxed);
        ticket->report();
        ++visit.runs;
    }
}

PoolState::Visit PoolState::next_visit(const Visit& done) {
    std::unique_lock lock(mutex_);
    Clock::time_point now = Clock::now();
    if (done.batch != nullptr) {
        queue_.leave(*done.batch);
        look_ahead_.record(done.runs, now - done.began);
    }
    while (true) {
        if (RunBatch* batch = queue_.join()) {
            last_taken_up_ = now;
            return {.batch = batch, .began = now};
        }
        if (closed_) return {};
        sleep(lock);
        now = Clock::now();
    }
}

void PoolState::sleep(std::unique_lock<std::mutex>& lock) {
    ++sleeping_;
    wake_.wait(lock, [this] { return wake_ups_ > 0 || closed_; });
    --sleeping_;
    if (wake_ups_ > 0) --wake_ups_;
}

void PoolState::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    wake_.notify_all();
}

void PoolState::drop_waiting() {
    std::unique_lock lock(mutex_);
    while (RunBatch* batch = queue_.join()) {
        lock.unlock();
        while (RunTicket* ticket = batch->take()) {
            const RunTicket dropped(std::move(*ticket));
        }
        lock.lock();
        queue_.leave(*batch);
    }
}

}  // namespace punctual::detail
