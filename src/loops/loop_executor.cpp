#include "loops/loop_executor.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace punctual::detail {
namespace {

// A turn does so much at most before the loop's other work has its turn.
constexpr std::size_t most_runs = 256;
constexpr auto longest_batch = std::chrono::milliseconds(1);

// How long a loop without turns is waited for, where no caller says it.
constexpr Duration patience_with_loops = std::chrono::seconds(10);
constexpr auto between_checks = std::chrono::milliseconds(100);

thread_local const LoopExecutor* running_for = nullptr;

void complete_unrun(RunTicket& ticket) {
    ticket.complete({.outcome = RunState::cancelled, .reason = LoopExecutor::no_loop});
}

}  // namespace

/// A stay of the loop's thread among the runs. They nest where a job runs the loop.
class LoopExecutor::Visit {
public:
    /// Once `may_visit` said so.
    explicit Visit(LoopExecutor& executor)
        : executor_(executor), before_(std::exchange(running_for, &executor)) {}
    ~Visit() {
        running_for = before_;
        // A run that goes on has left its place to the next one, and no report says so.
        if (RunSink* const sink = executor_.take_newly_going_on()) sink->room_freed();
        const std::lock_guard lock(executor_.mutex_);
        executor_.look_ahead_.record(runs_, Clock::now() - begun_);
        --executor_.visits_;
        executor_.idle_.notify_all();
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    /// A run that is over, and took so long by a clock that may be set meanwhile. To read another
    /// one costs more than most of the rest.
    void count(Duration took) {
        ++runs_;
        spent_ += std::max<Clock::duration>(took, Clock::duration::zero());
    }
    /// One that was begun and goes on.
    void count() {
        ++runs_;
        spent_ = Clock::now() - begun_;
    }
    [[nodiscard]] bool is_over() const { return runs_ >= most_runs || spent_ >= longest_batch; }
    [[nodiscard]] Clock::time_point now() const { return begun_ + spent_; }

private:
    LoopExecutor& executor_;
    const LoopExecutor* const before_;
    const Clock::time_point begun_ = Clock::now();
    Clock::duration spent_{};
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
    const std::size_t most = std::min(free + ahead, most_at_once() - going_on_.size());
    return most > waiting_.size() ? most - waiting_.size() : 0;
}

std::size_t LoopExecutor::most_at_once() const {
    return starter_ == nullptr ? std::numeric_limits<std::size_t>::max() : starter_->most_at_once();
}

std::string LoopExecutor::refuse(const JobDefinition& job) const {
    const CoroutineType* type = job.call.callable()->coroutine();
    if (type != nullptr && starter_ != nullptr && starter_->takes(*type)) return {};
    return Executor::refuse(job);
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
    if (waiting_.empty() || going_on_.size() >= most_at_once()) return std::nullopt;
    last_begun_ = now;
    std::optional<RunTicket> ticket(std::move(waiting_.front()));
    waiting_.pop_front();
    return ticket;
}

// A loop may have several threads: functions run on one at a time, which goes on with all that
// waits.
bool LoopExecutor::may_visit() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty() || (visits_ > 0 && visitor_ != std::this_thread::get_id())) return false;
    ++visits_;
    visitor_ = std::this_thread::get_id();
    return true;
}

bool LoopExecutor::run_some() noexcept {
    if (!may_visit()) return false;
    Visit visit(*this);
    while (!visit.is_over()) {
        std::optional<RunTicket> ticket = next(visit.now());
        if (!ticket) return false;
        run(std::move(*ticket), visit);
    }
    const std::lock_guard lock(mutex_);
    return !waiting_.empty() && going_on_.size() < most_at_once();
}

void LoopExecutor::run(RunTicket ticket, Visit& visit) noexcept {
    const bool outer = busy_.load(std::memory_order_relaxed);
    busy_.store(true, std::memory_order_relaxed);
    bool over = true;
    if (starter_ == nullptr) {
        ticket.run();
    } else {
        over = starter_->start(ticket, *this);
    }
    // Free before the report, for the engine answers a report by asking for room.
    busy_.store(outer, std::memory_order_relaxed);
    if (!over) {
        visit.count();
        return;
    }
    visit.count(ticket.took());
    ticket.report();
}

// --- Runs that go on ---

void LoopExecutor::goes_on(std::shared_ptr<LoopRun> run) {
    // It may be over, on another thread, before this one comes back from starting it.
    busy_.store(false, std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    newly_going_on_ = run->sink_;
    run->position_ = going_on_.size();
    going_on_.push_back(std::move(run));
}

void LoopExecutor::left(LoopRun& run) noexcept {
    const std::lock_guard lock(mutex_);
    goes_on_no_more(run);
    ++reporting_;
    if (!waiting_.empty() && going_on_.size() + 1 == most_at_once()) place_->wake();
}

void LoopExecutor::goes_on_no_more(const LoopRun& run) noexcept {
    std::swap(going_on_[run.position_], going_on_.back());
    going_on_[run.position_]->position_ = run.position_;
    going_on_.pop_back();
}

void LoopExecutor::reported() noexcept {
    const std::lock_guard lock(mutex_);
    --reporting_;
    idle_.notify_all();
}

RunSink* LoopExecutor::take_newly_going_on() {
    const std::lock_guard lock(mutex_);
    return std::exchange(newly_going_on_, nullptr);
}

bool LoopExecutor::anything_goes_on() const {
    const std::lock_guard lock(mutex_);
    return !going_on_.empty();
}

// --- Its end ---

void LoopExecutor::shutdown(bool wait) {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    if (!wait) drop_waiting();
    if (is_inside()) return;  // a run cannot wait for itself
    if (place_->is_here()) {
        finish_here();
    } else {
        cancel_those_asked_to_stop();
        wait_for_loop();
    }
}

bool LoopExecutor::has_ended() const {
    const std::lock_guard lock(mutex_);
    return closed_ && !is_busy();
}

bool LoopExecutor::has_work() const {
    const std::lock_guard lock(mutex_);
    return is_busy();
}

bool LoopExecutor::is_inside() const {
    if (running_for == this) return true;
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(going_on_, [](const auto& run) { return run->is_here(); });
}

void LoopExecutor::finish_here() {
    while (true) {
        while (run_some()) continue;
        if (!has_work()) return;
        if (!place_->loop().run_ready(LoopPlace::between_looks)) give_up();
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
    if (place_->given_up()) give_up();
    std::unique_lock lock(mutex_);
    while (is_busy()) {
        const bool told = idle_.wait_for(lock, between_checks) == std::cv_status::no_timeout;
        if (told || !place_->stalled(patience_with_loops)) continue;
        lock.unlock();
        give_up();
        lock.lock();
    }
}

// Without the lock, for what jobs do when they are asked to stop is theirs. Those that are over
// already are about to leave.
void LoopExecutor::give_up() {
    std::deque<RunTicket> unrun;
    std::vector<std::shared_ptr<LoopRun>> runs;
    {
        const std::lock_guard lock(mutex_);
        unrun.swap(waiting_);
        runs = going_on_;
    }
    for (RunTicket& ticket : unrun) complete_unrun(ticket);
    for (const auto& run : runs) {
        if (!run->give_up()) continue;
        const std::lock_guard lock(mutex_);
        goes_on_no_more(*run);
    }
}

}  // namespace punctual::detail
