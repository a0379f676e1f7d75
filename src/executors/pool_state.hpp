#pragma once
// What the threads of a pool share. It owns no thread: each thread keeps it alive, so that a pool
// may be closed, and even destroyed, by one of its own runs.

#include "executors/look_ahead.hpp"
#include "executors/run_queue.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

namespace punctual::detail {

/// *Thread safety*: all functions may be called from any thread.
class PoolState {
public:
    explicit PoolState(std::size_t threads);

    [[nodiscard]] std::size_t room() const;
    /// Takes all of `runs` and wakes threads for them; returns how many more should be started.
    /// When closed, it takes nothing.
    [[nodiscard]] std::size_t submit(std::vector<RunTicket>& runs);
    /// So many of the threads asked for could not be started.
    void give_back_threads(std::size_t count);

    /// What thread `index` does until the pool is closed and nothing waits.
    void work(std::size_t index);
    /// True on a thread that is in `work`.
    [[nodiscard]] bool is_working_here() const;

    /// From now on nothing is taken; what waits still runs.
    void close();
    /// Drops what waits, whose tickets then report it as cancelled.
    void drop_waiting();

private:
    using Clock = std::chrono::steady_clock;

    /// One stay of a thread in a batch.
    struct Visit {
        RunBatch* batch = nullptr;
        Clock::time_point began{};
        std::size_t runs = 0;
    };

    /// Set while a thread is within a run. Each has a cache line of its own, since it is written
    /// twice for every run.
    struct alignas(64) Busy {
        std::atomic<bool> flag = false;
    };

    Visit next_visit(const Visit& done);
    void do_runs(Visit& visit, std::atomic<bool>& busy);
    void sleep(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] std::size_t free_threads() const;

    std::vector<Busy> busy_;

    mutable std::mutex mutex_;  // guards all below
    std::condition_variable wake_;
    RunQueue queue_;
    LookAhead look_ahead_;
    Clock::time_point last_taken_up_{};
    std::size_t started_ = 0;
    std::size_t sleeping_ = 0;
    /// How many of those that sleep have been told to wake up.
    std::size_t wake_ups_ = 0;
    bool closed_ = false;
};

}  // namespace punctual::detail
