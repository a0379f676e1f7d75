// How a scheduler ends.

#include <punctual/executors/executor.hpp>

#include <algorithm>
#include <exception>
#include <utility>

#include "log/log.hpp"
#include "scheduler/core.hpp"
#include "scheduler/core_life_lock.hpp"

namespace punctual::detail {
namespace {

// How long a store that does not answer is waited for, where it does not matter yet.
constexpr auto patience_with_stores = 10s;
// Between two tries of recording the last outcomes.
constexpr auto first_pause = std::chrono::milliseconds(100);
constexpr auto longest_pause = std::chrono::milliseconds(1000);

}  // namespace

void SchedulerCore::shutdown(ShutdownOptions options) {
    check_there();
    if (!ever_started_) throw SchedulerNotRunningError("the scheduler was never started");
    const bool from_inside = inside();
    // A handler of an event loop that goes on while a shutdown waits in it may call for another.
    if (!from_inside && ending_ && LifeLock::is_mine(*this)) {
        if (!options.wait) request_stop();
        return;
    }
    if (options.wait && !from_inside) {
        const LifeLock lock(*this);
        join_finisher();
        if (!started()) return;
        begin_end();
        finish(options);
        return;
    }
    // It cannot wait for whoever starts, ends or changes the scheduler, and may wait for this
    // thread's job: that one begins the end then.
    options.wait = false;
    wish_end(options);
    request_stop();
}

void SchedulerCore::wish_end(const ShutdownOptions& options) {
    {
        const std::lock_guard lock(life_mutex_);
        end_wish_ = options;
    }
    const LifeLock lock(*this, std::try_to_lock);  // and begun where it is released
}

void SchedulerCore::begin_end_aside(const ShutdownOptions& options) {
    begin_end();
    finisher_done_ = false;
    try {
        finisher_ = std::thread([self = shared_from_this(), options] {
            self->finish(options);
            self->finisher_done_ = true;
            self->wake_waiters();
        });
    } catch (...) {
        take_back_end();
        throw;
    }
}

void SchedulerCore::take_back_end() {
    ending_ = false;
    for (const auto& track : tracks()) track->lane->set_closing(false);
    settle_claiming();
}

void SchedulerCore::begin_end() {
    ending_ = true;
    settle_claiming();
    for (const auto& track : tracks()) track->lane->set_closing(true);
}

void SchedulerCore::finish(const ShutdownOptions& options) {
    const Tracks all = tracks();
    if (!options.wait) request_stop();
    const Duration limit = options.wait ? options.timeout : 0s;
    if (!wait_until_idle(all, limit, options.loop_timeout)) request_stop();
    close_executors();
    driver_->stop();
    driving_ = false;
    for (const auto& track : all) stop_driving(*track);
    record_last_outcomes(all, options.store_timeout);
    close_stores();
    state_ = SchedulerState::stopped;
    tell(SchedulerShutdown());
    driver_->end();
}

bool SchedulerCore::wait_until_idle(const Tracks& tracks, Duration limit, Duration loop_timeout) {
    using Steady = std::chrono::steady_clock;
    const auto begun = Steady::now();
    const auto settled = [](const auto& track) { return track->lane->outstanding() == 0; };
    // The last outcomes are recorded at the very end, as soon as the store answers.
    const auto given_up = [&](const auto& track) {
        Lane& lane = *track->lane;
        return settled(track) || !track->open ||
               (lane.failing() &&
                (!lane.runs_go_on() || Steady::now() - begun > patience_with_stores));
    };
    std::uint64_t seen = 0;
    ++waiters_;
    while (!std::ranges::all_of(tracks, given_up)) {
        if (limit != unlimited && Steady::now() - begun >= limit) break;
        const bool here = go_on_here();
        if (!here && stalled(loop_timeout)) {
            log_error("the event loop does not run: what waits for it is cancelled");
            break;
        }
        // Not for longer, for a store that fails, and for the limit: neither would wake this
        // thread. A loop that stands still meanwhile does so for a shorter time.
        wait_for_activity(seen, here ? 1ms : 100ms);
    }
    --waiters_;
    return std::ranges::all_of(tracks, settled);
}

// Each waiter sees for itself what happened since it last looked: several may wait.
void SchedulerCore::wait_for_activity(std::uint64_t& seen, std::chrono::milliseconds longest) {
    std::unique_lock lock(idle_mutex_);
    idle_.wait_for(lock, longest, [&] { return activity_ != seen; });
    seen = activity_;
}

bool SchedulerCore::stalled(Duration patience) {
    const auto executors = context_.executors.read();
    return driver_->stalled(patience) ||
           std::ranges::any_of(*executors, [&](const NamedExecutor& named) {
               return named.executor->stalled(patience);
           });
}

// Executors and drivers have ended: what was reported last is settled by this thread.
void SchedulerCore::record_last_outcomes(const Tracks& tracks, Duration timeout) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(timeout);
    for (auto pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        std::size_t left = 0;
        for (const auto& track : tracks) {
            if (!track->open || track->lane->outstanding() == 0) continue;
            track->lane->retry_at_once();
            pass_over(*track);
            left += track->lane->outstanding();
        }
        if (left == 0) return;
        if (std::chrono::steady_clock::now() + pause > deadline) break;
        std::this_thread::sleep_for(pause);
    }
    for (const auto& track : tracks) {
        if (const std::size_t left = track->lane->outstanding(); left > 0) {
            log_error("store \"" + track->lane->name() +
                      "\" does not answer: " + std::to_string(left) +
                      (left == 1 ? " outcome stays" : " outcomes stay") + " unrecorded");
        }
    }
}

bool SchedulerCore::go_on_here() {
    bool here = driver_->pass_if_driving();
    const auto executors = context_.executors.read();
    for (const NamedExecutor& named : *executors) here = named.executor->go_on_here() || here;
    return here;
}

void SchedulerCore::request_stop() {
    for (const auto& track : tracks()) track->lane->request_stop();
}

void SchedulerCore::stop_driving(Track& track) {
    if (!track.thread.joinable()) return;
    track.loop.stop();
    track.thread.join();
}

void SchedulerCore::close_executors() {
    const auto all = context_.executors.read();
    for (const auto& [name, executor] : *all) {
        executor->shutdown(true);
        context_.executors.remove(name);
    }
}

void SchedulerCore::close_stores() {
    for (const auto& track : tracks()) {
        if (!track->open.exchange(false)) continue;
        try {
            track->lane->store().close();
        } catch (const std::exception& error) {
            log_error("store \"" + track->lane->name() + "\" did not close well: " + error.what());
        }
    }
}

// The end may wait for runs that only passes and turns of this thread can bring to theirs.
void SchedulerCore::join_finisher() {
    if (!finisher_.joinable()) return;
    if (finisher_.get_id() == std::this_thread::get_id()) LifeLock::refuse();
    std::uint64_t seen = 0;
    ++waiters_;
    while (!finisher_done_) {
        wait_for_activity(seen, go_on_here() ? 1ms : 100ms);
    }
    --waiters_;
    finisher_.join();
    // What is left to tell is told before this thread goes on, if it is told here.
    driver_->end();
}

void SchedulerCore::close() {
    if (in_other_process()) {
        // The threads that it would join stayed with the parent: it is left as it is.
        static_cast<void>(new std::shared_ptr<SchedulerCore>(shared_from_this()));
        return;
    }
    const LifeLock lock(*this);
    join_finisher();
    if (started()) {
        begin_end();
        finish({.wait = false});
    }
    driver_->close();
    // Of a loop that does not run: this thread is the last that can tell it.
    while (tell_events()) continue;
    closed_ = true;
}

}  // namespace punctual::detail
