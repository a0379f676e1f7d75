// How a scheduler starts and pauses.

#include <punctual/triggers/crontab.hpp>

#include <utility>

#include "scheduler/core.hpp"
#include "scheduler/core_life_lock.hpp"

namespace punctual::detail {

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
    // Events are told afterwards, for their listeners may change what the scheduler consists of.
    try {
        begin_life(options);
    } catch (...) {
        tell_kept();
        throw;
    }
    tell_kept();
    driver_->run();
    if (!ending_ || inside()) return;
    // The driver was the calling thread, or a job ended the scheduler already.
    const LifeLock lock(*this);
    join_finisher();
}

void SchedulerCore::begin_life(StartOptions options) {
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
    // Whatever happens from here on is told after it.
    keep(SchedulerStarted());
    start_driving();
}

void SchedulerCore::start_driving() {
    try {
        // First, for what the threads of stores do is told where the driver says.
        driver_->start(*this);
        driving_ = true;
        for (const auto& track : tracks()) drive(*track);
    } catch (...) {
        // It is told that the scheduler has started, and so that it ends.
        begin_end();
        finish({.wait = false});
        throw;
    }
}

void SchedulerCore::begin(StartOptions options) {
    forget_end_wish();  // of an earlier start
    for (const auto& [name, spec] : options_.executors) {
        open_executor(name, spec);
        keep(of_executor<ExecutorAdded>(name));
    }
    for (const auto& track : tracks()) {
        open(*track);
        keep(of_store<StoreAdded>(track->lane->name()));
    }
    ending_ = false;
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
    settle_claiming();
}

void SchedulerCore::open(Track& track) {
    Lane& lane = *track.lane;
    lane.store().open({.access = StoreAccess::schedule, .history = options_.history, .now = now()});
    track.open = true;
    track.loop.reset();
    lane.set_closing(false);
    lane.recover(now());
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
    state_ = SchedulerState::stopped;
    settle_claiming();
    close_stores();
    close_executors();
}

// Whoever changes what it goes by calls it afterwards: the last of them sees all changes.
void SchedulerCore::settle_claiming() {
    const std::lock_guard lock(claiming_mutex_);
    const bool claiming = state_ == SchedulerState::running && !ending_;
    for (const auto& track : tracks()) track->lane->set_claiming(claiming && !track->leaving);
}

void SchedulerCore::pause() {
    check_usable();
    SchedulerState state = SchedulerState::running;
    if (!state_.compare_exchange_strong(state, SchedulerState::paused)) {
        if (state == SchedulerState::paused) return;
        throw SchedulerNotRunningError("the scheduler is not running: nothing to pause");
    }
    settle_claiming();
    tell(SchedulerPaused());
}

void SchedulerCore::resume() {
    check_usable();
    SchedulerState state = SchedulerState::paused;
    if (!state_.compare_exchange_strong(state, SchedulerState::running)) {
        if (state == SchedulerState::running) return;
        throw SchedulerNotRunningError("the scheduler is not running: nothing to resume");
    }
    settle_claiming();
    tell(SchedulerResumed());
}

void SchedulerCore::forget_end_wish() {
    const std::lock_guard lock(life_mutex_);
    end_wish_.reset();
}

}  // namespace punctual::detail
