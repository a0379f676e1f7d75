// How a scheduler starts, pauses and ends.

#include <punctual/executors/executor.hpp>
#include <punctual/triggers/crontab.hpp>

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

void SchedulerCore::configure(SchedulerOptions options) {
    check_usable();
    const LifeLock lock(*this);
    if (started()) {
        throw ConfigurationError(
            "the scheduler is running: its configuration can only be replaced "
            "before start() or after shutdown()");
    }
    check_options(options);
    join_finisher();
    options.stores.try_emplace("default", memory());
    options.executors.merge(driver_->executors());
    options_ = std::move(options);
    timezone_ = options_.timezone ? options_.timezone : TimeZone::utc();
    context_.clock = options_.clock ? options_.clock : system_clock();
    make_tracks();
}

void SchedulerCore::make_tracks() {
    Tracks made;
    for (const auto& [name, spec] : options_.stores) made.push_back(make_track(name, spec));
    const std::lock_guard lock(parts_mutex_);
    tracks_ = std::move(made);
}

std::shared_ptr<SchedulerCore::Track> SchedulerCore::make_track(const std::string& name,
                                                                const StoreSpec& spec) {
    auto track = std::make_shared<Track>();
    std::shared_ptr<JobStore> store = spec.make();
    track->driven_by_thread = store->durable() && !driver_->drives_durable_stores();
    Track* const raw = track.get();
    track->lane =
        std::make_unique<Lane>(name, std::move(store), context_, [this, raw] { wake(*raw); });
    return track;
}

// --- Start ---

void SchedulerCore::start(StartOptions options) {
    check_usable();
    std::int64_t number = 0;
    {
        const LifeLock lock(*this);
        // An end that was not waited for is waited for here; a job would wait for itself.
        if (!inside()) join_finisher();
        if (started()) throw SchedulerAlreadyRunningError("the scheduler is running already");
        join_finisher();
        check_tasks();
        try {
            begin(options);
        } catch (...) {
            abandon_start();
            throw;
        }
        number = ++starts_;
    }
    tell(SchedulerStarted());
    if (start_driving(number)) driver_->run();
    if (!ending_ || inside()) return;
    // The driver was the calling thread, or a job ended the scheduler already.
    const LifeLock lock(*this);
    join_finisher();
}

bool SchedulerCore::start_driving(std::int64_t number) {
    const LifeLock lock(*this);
    // A listener, or another thread, may have ended this start, and even have made the next.
    if (ending_ || !started() || number != starts_) return false;
    if (end_wanted_) {
        begin_end_aside({.wait = false});
        return false;
    }
    try {
        for (const auto& track : tracks()) drive(*track);
        driver_->start(*this);
    } catch (...) {
        // It was told that the scheduler has started, and so that it ends.
        begin_end();
        finish({.wait = false});
        throw;
    }
    driving_ = true;
    return true;
}

void SchedulerCore::begin(StartOptions options) {
    for (const auto& [name, spec] : options_.executors) open_executor(name, spec);
    for (const auto& track : tracks()) open(*track);
    ending_ = end_wanted_ = false;
    ever_started_ = true;
    state_ = options.paused ? SchedulerState::paused : SchedulerState::running;
    std::vector<JobRequest> waiting;
    {
        const std::lock_guard lock(pending_mutex_);
        waiting = pending_.all();
    }
    for (const auto& track : tracks()) schedule_reboot_jobs(*track);
    // The pending jobs stay until all are in their stores, so that a failed start loses none.
    if (!waiting.empty()) add_to_stores(waiting);
    {
        const std::lock_guard lock(pending_mutex_);
        pending_.clear();
    }
    if (!options.paused) set_claiming(true);
}

void SchedulerCore::open(Track& track) {
    Lane& lane = *track.lane;
    lane.store().open({.access = StoreAccess::schedule, .history = options_.history, .now = now()});
    track.open = true;
    track.loop.reset();
    lane.set_closing(false);
    lane.recover(now());
    if (context_.bus.wanted(StoreAdded::kind)) {
        StoreAdded event;
        event.store = lane.name();
        tell(std::move(event));
    }
}

// The instants of `@reboot` are the starts of the scheduler.
void SchedulerCore::schedule_reboot_jobs(Track& track) {
    JobStore& store = track.lane->store();
    std::vector<std::string> ids;
    JobPage page;
    do {
        page = store.list(page.next, 10'000);
        for (const JobRecord& job : page.jobs) {
            if (is_reboot(job.definition->trigger)) ids.push_back(job.definition->id);
        }
    } while (!page.next.empty());
    FunctionEditor editor([&](std::size_t, const JobRecord* current) {
        JobEdit edit;
        if (current == nullptr || current->state != JobState::active) return edit;
        edit.action = JobEdit::Action::put;
        edit.record = *current;
        edit.record.next_run_time = edit.record.due = now();
        return edit;
    });
    if (!ids.empty()) store.edit(ids, editor);
}

void SchedulerCore::drive(Track& track) {
    if (!track.driven_by_thread || track.thread.joinable()) return;
    track.thread =
        std::thread([this, &track] { track.loop.run([&] { return pass_over(track); }); });
}

void SchedulerCore::abandon_start() noexcept {
    set_claiming(false);
    close_stores();
    close_executors();
    state_ = SchedulerState::stopped;
}

void SchedulerCore::set_claiming(bool claiming) {
    for (const auto& track : tracks()) track->lane->set_claiming(claiming);
}

void SchedulerCore::pause() {
    check_usable();
    if (!started())
        throw SchedulerNotRunningError("the scheduler is not running: nothing to pause");
    if (state_.exchange(SchedulerState::paused) == SchedulerState::paused) return;
    set_claiming(false);
    tell(SchedulerPaused());
}

void SchedulerCore::resume() {
    check_usable();
    if (!started())
        throw SchedulerNotRunningError("the scheduler is not running: nothing to resume");
    if (state_.exchange(SchedulerState::running) == SchedulerState::running) return;
    set_claiming(true);
    tell(SchedulerResumed());
}

// --- End ---

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
    options.wait = false;
    // A thread that ends the scheduler holds the lock, and may wait for this one's job. One that
    // starts it is waited for, unless it is this one, in a listener.
    while (!ending_) {
        const LifeLock lock(*this, std::try_to_lock);
        if (lock.owns()) {
            if (started() && !ending_) begin_end_aside(options);
            break;
        }
        if (LifeLock::is_mine(*this)) {
            end_wanted_ = true;
            break;
        }
        std::this_thread::yield();
    }
    request_stop();
}

void SchedulerCore::begin_end_aside(const ShutdownOptions& options) {
    begin_end();
    finisher_done_ = false;
    finisher_ = std::thread([self = shared_from_this(), options] {
        self->finish(options);
        self->finisher_done_ = true;
        self->wake_waiters();
    });
}

void SchedulerCore::begin_end() {
    ending_ = true;
    set_claiming(false);
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
    const auto given_up = [&](const auto& track) {
        return settled(track) ||
               (track->lane->failing() && Steady::now() - begun > patience_with_stores);
    };
    ++waiters_;
    while (!std::ranges::all_of(tracks, given_up)) {
        if (limit != unlimited && Steady::now() - begun >= limit) break;
        const bool here = pass_here();
        if (!here && stalled(loop_timeout)) {
            log_error("the event loop does not run: what waits for it is cancelled");
            break;
        }
        std::unique_lock lock(idle_mutex_);
        // The time-out is for a store that fails, and for the limit: neither would wake this
        // thread. A loop that stands still meanwhile does so for a shorter time.
        idle_.wait_for(lock, here ? 1ms : 100ms,
                       [this] { return std::exchange(activity_, false); });
    }
    --waiters_;
    return std::ranges::all_of(tracks, settled);
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

// Makes a pass if it is this thread that has to: as the driver, or because a start was ended before
// anything was driven.
bool SchedulerCore::pass_here() {
    if (driving_ || !ending_) return go_on_here();
    for (const auto& track : tracks()) {
        if (track->open && !track->thread.joinable()) pass_over(*track);
    }
    return true;
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
    ++waiters_;
    while (!finisher_done_ && go_on_here()) {
        std::unique_lock lock(idle_mutex_);
        idle_.wait_for(lock, 1ms, [this] { return std::exchange(activity_, false); });
    }
    --waiters_;
    finisher_.join();
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
