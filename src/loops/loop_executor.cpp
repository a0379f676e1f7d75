#include "loops/loop_executor.hpp"

#include <utility>

namespace punctual::detail {
namespace {

// A turn does so much at most before the loop's other work has its turn.
constexpr std::size_t most_runs = 256;
constexpr auto longest_batch = std::chrono::milliseconds(1);

// How long a loop without turns is waited for, where no caller says it.
constexpr Duration patience_with_loops = std::chrono::seconds(10);
constexpr auto between_looks = std::chrono::milliseconds(100);

thread_local const LoopExecutor* running_for = nullptr;

void complete_unrun(RunTicket& ticket) {
    ticket.complete({.outcome = RunState::cancelled, .reason = "its event loop does not run"});
}

}  // namespace

/// A stay of the loop's thread among the runs. They nest where a job runs the loop.
class LoopExecutor::Visit {
public:
    explicit Visit(LoopExecutor& executor)
        : executor_(executor), before_(std::exchange(running_for, &executor)) {
        const std::lock_guard lock(executor_.mutex_);
        ++executor_.visits_;
    }
    ~Visit() {
        running_for = before_;
        const std::lock_guard lock(executor_.mutex_);
        executor_.look_ahead_.record(runs_, Clock::now() - begun_);
        --executor_.visits_;
        executor_.idle_.notify_all();
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    void count() { ++runs_; }
    [[nodiscard]] bool is_over(Clock::time_point now) const {
        return runs_ >= most_runs || now - begun_ >= longest_batch;
    }

private:
    LoopExecutor& executor_;
    const LoopExecutor* const before_;
    const Clock::time_point begun_ = Clock::now();
    std::size_t runs_ = 0;
};

void LoopExecutor::start() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
}

// As of a thread pool with one thread.
std::size_t LoopExecutor::room() const {
    const std::lock_guard lock(mutex_);
    const std::size_t free = busy_ ? 0 : 1;
    std::size_t ahead = look_ahead_.size();
    if (free == 0 && ahead > 0 && Clock::now() - last_begun_ > LookAhead::window) ahead = 0;
    return free + ahead > waiting_.size() ? free + ahead - waiting_.size() : 0;
}

void LoopExecutor::submit(std::vector<RunTicket>& runs) {
    {
        const std::lock_guard lock(mutex_);
        if (!closed_) {
            for (RunTicket& ticket : runs) waiting_.push_back(std::move(ticket));
        }
    }
    // Empty, unless the executor is closed: then the tickets report that.
    runs.clear();
    place_->wake();
}

std::optional<RunTicket> LoopExecutor::next(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return std::nullopt;
    last_begun_ = now;
    std::optional<RunTicket> ticket(std::move(waiting_.front()));
    waiting_.pop_front();
    return ticket;
}

bool LoopExecutor::run_some() noexcept {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) return false;
    }
    Visit visit(*this);
    for (auto now = Clock::now(); !visit.is_over(now); now = Clock::now()) {
        std::optional<RunTicket> ticket = next(now);
        if (!ticket) return false;
        run(std::move(*ticket));
        visit.count();
    }
    const std::lock_guard lock(mutex_);
    return !waiting_.empty();
}

void LoopExecutor::run(RunTicket ticket) noexcept {
    const bool outer = busy_.exchange(true, std::memory_order_relaxed);
    ticket.run();
    // Free before the report, for the engine answers a report by asking for room.
    busy_.store(outer, std::memory_order_relaxed);
    ticket.report();
}

// --- Its end ---

void LoopExecutor::shutdown(bool wait) {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    if (!wait) drop_waiting();
    if (running_for == this) return;  // a run cannot wait for itself
    if (place_->is_here()) {
        while (run_some()) continue;
    } else {
        cancel_those_asked_to_stop();
        wait_for_loop();
    }
}

void LoopExecutor::drop_waiting() {
    std::deque<RunTicket> dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(waiting_);
}

// They are not run any more, so any thread can say so.
void LoopExecutor::cancel_those_asked_to_stop() {
    std::deque<RunTicket> cancelled;
    {
        const std::lock_guard lock(mutex_);
        std::deque<RunTicket> others;
        for (RunTicket& ticket : waiting_) {
            (ticket.stop_requested() ? cancelled : others).push_back(std::move(ticket));
        }
        waiting_.swap(others);
    }
    for (RunTicket& ticket : cancelled) {
        place_->given_up() ? complete_unrun(ticket) : ticket.execute();
    }
}

void LoopExecutor::wait_for_loop() {
    std::unique_lock lock(mutex_);
    while (!waiting_.empty() || visits_ > 0) {
        const bool told = idle_.wait_for(lock, between_looks) == std::cv_status::no_timeout;
        if (told || !place_->stalled(patience_with_loops)) continue;
        std::deque<RunTicket> unrun;
        unrun.swap(waiting_);
        lock.unlock();
        for (RunTicket& ticket : unrun) complete_unrun(ticket);
        lock.lock();
    }
}

}  // namespace punctual::detail
