#pragma once
// What a pool of processes does, on one thread that watches all workers.

#include "executors/look_ahead.hpp"
#include "executors/pool_worker.hpp"
#include "executors/wake_on_stop.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace punctual::detail {

/// *Throws* ExecutorError if that is not possible.
using StartWorker = std::function<WorkerProcess(const WorkerSetup&)>;

/// *Thread safety*: all functions may be called from any thread; `work` is for one.
class WorkerPool {
public:
    WorkerPool(std::size_t workers, const ProcessPoolOptions& options,
               StartWorker start_worker = WorkerProcess::start);

    [[nodiscard]] std::size_t room() const;
    /// Takes all of `runs`; when closed, nothing.
    void submit(std::vector<RunTicket>& runs);
    /// From now on nothing is taken; what waits still runs, unless it is dropped.
    void close();
    /// Drops what has not begun, whose tickets then report it as cancelled.
    void drop_waiting();

    /// Until the pool is closed, nothing waits and all workers are gone.
    void work();
    /// True on the thread that is in `work`.
    [[nodiscard]] bool is_working_here() const;

private:
    void wait();
    void advance(SteadyTime now);
    void remove_gone(SteadyTime now);
    void handle_failed_start(const std::string& reason, bool was_killed, SteadyTime now);
    [[nodiscard]] bool has_ready_worker() const;
    /// How many runs the workers have, and what was learned of them: for `room`.
    void publish();
    void report();
    void start_workers(SteadyTime now);
    void hand_out(SteadyTime now);
    void fill(PoolWorker& worker, std::size_t most, SteadyTime now);
    /// Up to `most` of those that wait longest.
    [[nodiscard]] std::vector<WaitingRun> take_waiting(std::size_t most);
    void start_one(SteadyTime now);
    [[nodiscard]] bool is_done();

    [[nodiscard]] std::size_t most_each() const;
    [[nodiscard]] std::size_t active_workers() const;

    const ProcessPoolOptions options_;
    const std::size_t most_workers_;
    const StartWorker start_worker_;
    WakeUp wake_up_;
    WakeOnStop wake_on_stop_{wake_up_};
    EventPoll poll_;

    // Of the working thread alone.
    std::vector<std::unique_ptr<PoolWorker>> workers_;
    WorkerChanges changes_;
    /// After a worker that did not start; the epoch: at once.
    SteadyTime start_no_worker_before_{};
    int failed_starts_ = 0;
    bool woken_ = false;

    mutable std::mutex mutex_;  // guards all below
    std::deque<WaitingRun> waiting_;
    LookAhead look_ahead_;
    std::size_t in_flight_ = 0;
    SteadyTime last_turn_{};
    bool closed_ = false;
    bool dropping_ = false;
};

}  // namespace punctual::detail
