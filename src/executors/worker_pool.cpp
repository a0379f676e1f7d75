#include "executors/worker_pool.hpp"

#include "log/log.hpp"

#include <punctual/errors.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace punctual::detail {

namespace {

thread_local const WorkerPool* working_for = nullptr;

// In a worker's hands at once: enough to keep it busy while the pool's thread sees to others.
constexpr std::size_t most_in_flight = 64;
constexpr int starts_tried = 3;
constexpr auto pause_after_failed_start = std::chrono::seconds(1);

}  // namespace

WorkerPool::WorkerPool(std::size_t workers, const ProcessPoolOptions& options,
                       StartWorker start_worker)
    : options_(options),
      most_workers_(workers),
      start_worker_(std::move(start_worker)),
      look_ahead_(workers) {
    poll_.add(wake_up_.number(), EPOLLIN, nullptr);
}

// As in a pool of threads: what is taken ahead is little, and nothing once all are stuck.
std::size_t WorkerPool::room() const {
    const std::lock_guard lock(mutex_);
    const std::size_t taken = in_flight_ + waiting_.size();
    std::size_t ahead = look_ahead_.size();
    if (taken >= most_workers_ && ahead > 0 &&
        std::chrono::steady_clock::now() - last_turn_ > LookAhead::window) {
        ahead = 0;
    }
    const std::size_t most = most_workers_ + ahead;
    return most > taken ? most - taken : 0;
}

void WorkerPool::submit(std::vector<RunTicket>& runs) {
    if (runs.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        for (RunTicket& ticket : runs) waiting_.push_back({.ticket = std::move(ticket)});
    }
    wake_up_.raise();
}

void WorkerPool::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    wake_up_.raise();
}

void WorkerPool::drop_waiting() {
    std::deque<WaitingRun> dropped;
    {
        const std::lock_guard lock(mutex_);
        dropping_ = true;
        dropped.swap(waiting_);
    }
    wake_up_.raise();
}

bool WorkerPool::is_working_here() const {
    return working_for == this;
}

void WorkerPool::work() {
    working_for = this;
    while (!is_done()) {
        wait();
        const SteadyTime now = std::chrono::steady_clock::now();
        advance(now);
        remove_gone(now);
        publish();
        report();
        start_workers(now);
        hand_out(now);
        publish();
        report();
    }
}

void WorkerPool::wait() {
    SteadyTime deadline = SteadyTime::max();
    for (const auto& worker : workers_) deadline = std::min(deadline, worker->deadline());
    if (start_no_worker_before_ != SteadyTime()) {
        deadline = std::min(deadline, start_no_worker_before_);
    }
    woken_ = false;
    for (const epoll_event& event : poll_.wait(deadline)) {
        if (event.data.ptr != nullptr) {
            static_cast<const PoolWorker::Source*>(event.data.ptr)->note();
            continue;
        }
        wake_up_.clear();
        woken_ = true;
    }
}

void WorkerPool::advance(SteadyTime now) {
    bool dropping = false;
    if (woken_) {
        const std::lock_guard lock(mutex_);
        dropping = dropping_;
    }
    for (const auto& worker : workers_) {
        worker->advance(now, changes_);
        if (woken_) worker->stop_runs(now, changes_);
        if (dropping) worker->take_back(now, changes_);
    }
}

void WorkerPool::remove_gone(SteadyTime now) {
    for (auto& worker : workers_) {
        if (!worker->is_gone()) continue;
        const std::unique_ptr<PoolWorker> gone = std::move(worker);
        if (!gone->start_failure().empty()) {
            handle_failed_start(gone->start_failure(), gone->was_killed_at_start(), now);
        }
    }
    std::erase(workers_, nullptr);
}

// With at least one worker everything runs, if later. With none, the run that waits longest fails,
// so that whatever is wrong is seen.
void WorkerPool::handle_failed_start(const std::string& reason, bool was_killed, SteadyTime now) {
    // Tried again at once, unless that is of no use.
    start_no_worker_before_ = now;
    if (was_killed && ++failed_starts_ < starts_tried) return;
    failed_starts_ = 0;
    if (has_ready_worker()) {
        log_warning("a worker of a process pool is missing: " + reason);
        start_no_worker_before_ = now + pause_after_failed_start;
        return;
    }
    for (WaitingRun& run : take_waiting(1)) {
        if (!changes_.may_begin(run)) continue;
        changes_.finished.push_back(
            {std::move(run.ticket), {.outcome = RunState::failed, .reason = reason}});
    }
}

bool WorkerPool::has_ready_worker() const {
    return std::ranges::any_of(
        workers_, [](const auto& worker) { return worker != nullptr && worker->is_ready(); });
}

void WorkerPool::publish() {
    std::vector<WaitingRun> dropped;
    const std::lock_guard lock(mutex_);
    std::vector<WaitingRun>& returned = changes_.returned;
    if (dropping_) {
        dropped.swap(returned);
    } else {
        waiting_.insert(waiting_.begin(), std::move_iterator(returned.begin()),
                        std::move_iterator(returned.end()));
    }
    returned.clear();
    in_flight_ = 0;
    for (const auto& worker : workers_) in_flight_ += worker->load();
    if (changes_.answers > 0) {
        failed_starts_ = 0;
        look_ahead_.record(changes_.answers, changes_.took);
        last_turn_ = std::chrono::steady_clock::now();
    }
    changes_.answers = 0;
    changes_.took = {};
}

// After `publish`, for the engine answers a report by asking for room.
void WorkerPool::report() {
    for (FinishedRun& run : changes_.finished) {
        if (!run.output.empty()) run.ticket.set_output(std::move(run.output));
        run.ticket.complete(std::move(run.result));
    }
    changes_.finished.clear();
    for (RunTicket& ticket : changes_.refused) ticket.report();
    changes_.refused.clear();
}

void WorkerPool::start_workers(SteadyTime now) {
    if (now < start_no_worker_before_ && has_ready_worker()) return;
    start_no_worker_before_ = {};
    std::size_t wanted = 0;
    {
        const std::lock_guard lock(mutex_);
        wanted = waiting_.size();
    }
    const auto free = static_cast<std::size_t>(std::ranges::count_if(
        workers_, [](const auto& worker) { return worker->is_active() && worker->load() == 0; }));
    wanted = std::min(wanted - std::min(wanted, free), most_workers_ - active_workers());
    for (; wanted > 0; --wanted) {
        try {
            start_one(now);
        } catch (const std::exception& error) {
            handle_failed_start(error.what(), false, now);
            return;
        }
    }
}

void WorkerPool::start_one(SteadyTime now) {
    WorkerProcess process = start_worker_({.memory_limit = options_.memory_limit,
                                           .cpu_limit = options_.cpu_limit,
                                           .reports_memory = options_.max_memory > 0});
    workers_.push_back(
        std::make_unique<PoolWorker>(std::move(process), options_, poll_, wake_on_stop_, now));
}

// To those first that have least.
void WorkerPool::hand_out(SteadyTime now) {
    const std::size_t most = most_each();
    for (std::size_t each = 1;; each = std::min(2 * each, most)) {
        for (const auto& worker : workers_) fill(*worker, each, now);
        if (each == most) break;
    }
    for (const auto& worker : workers_) {
        if (worker->load() > 0) worker->flush();
    }
}

// More than once, for some must not begin any more.
void WorkerPool::fill(PoolWorker& worker, std::size_t most, SteadyTime now) {
    std::vector<WaitingRun> runs;
    do {
        runs = take_waiting(worker.room(most, now));
        for (WaitingRun& run : runs) worker.give(std::move(run), now, changes_);
    } while (!runs.empty());
}

std::vector<WaitingRun> WorkerPool::take_waiting(std::size_t most) {
    std::vector<WaitingRun> runs;
    if (most == 0) return runs;
    const std::lock_guard lock(mutex_);
    const auto count = static_cast<std::ptrdiff_t>(std::min(most, waiting_.size()));
    const auto end = waiting_.begin() + count;
    runs.assign(std::move_iterator(waiting_.begin()), std::move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    // Until `publish` knows better: `room` is asked meanwhile.
    in_flight_ += runs.size();
    return runs;
}

bool WorkerPool::is_done() {
    const std::lock_guard lock(mutex_);
    if (!closed_ || !waiting_.empty() || in_flight_ > 0) return false;
    for (const auto& worker : workers_) worker->retire(std::chrono::steady_clock::now());
    return workers_.empty();
}

std::size_t WorkerPool::most_each() const {
    const std::lock_guard lock(mutex_);
    return std::min(1 + look_ahead_.size() / most_workers_, most_in_flight);
}

std::size_t WorkerPool::active_workers() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(workers_, [](const auto& worker) { return worker->is_active(); }));
}

}  // namespace punctual::detail
