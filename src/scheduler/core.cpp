#include "scheduler/core.hpp"

#include <punctual/executors/executor.hpp>

#include <algorithm>
#include <atomic>
#include <utility>

#include <pthread.h>

namespace punctual::detail {
namespace {

// Counts forks, in the child: a scheduler knows by it that its threads are not there.
std::atomic<int> forks = 0;

int current_process() {
    static const int registered =
        pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
    static_cast<void>(registered);
    return forks.load(std::memory_order_relaxed);
}

}  // namespace

InsideGuard::InsideGuard(const SchedulerCore* core) : mark_(core) {}

InsideGuard::~InsideGuard() = default;

SchedulerCore::SchedulerCore(SchedulerOptions options, std::unique_ptr<Driver> driver)
    : driver_(std::move(driver)), process_(current_process()) {
    context_.room_freed = [this] {
        for (const auto& track : tracks()) track->lane->wake_if_starved();
    };
    context_.became_idle = [this] { wake_waiters(); };
    context_.bus.set_place({.is_here = [driver = driver_.get()] { return driver->tells_here(); },
                            .ask =
                                [driver = driver_.get()] {
                                    if (!driver->tells_in_passes()) return false;
                                    driver->wake();
                                    return true;
                                }});
    configure(std::move(options));
}

SchedulerCore::~SchedulerCore() = default;

void SchedulerCore::check_usable() const {
    check_there();
    driver_->check();
}

void SchedulerCore::check_there() const {
    if (in_other_process()) {
        throw Error("this scheduler belongs to the parent process: make a new one after fork()");
    }
    if (closed_) throw SchedulerNotRunningError("the scheduler of this job is gone");
}

bool SchedulerCore::in_other_process() const {
    return current_process() != process_;
}

SchedulerCore::Tracks SchedulerCore::tracks() const {
    const std::lock_guard lock(parts_mutex_);
    return tracks_;
}

SchedulerCore::Tracks SchedulerCore::tracks_for(std::string_view store) const {
    Tracks all = tracks();
    if (store.empty()) return all;
    std::string known;
    for (auto& track : all) {
        if (track->lane->name() == store) return {std::move(track)};
        known += (known.empty() ? "" : ", ") + track->lane->name();
    }
    throw UnknownStoreError("there is no store \"" + std::string(store) + "\": there are " + known);
}

std::size_t SchedulerCore::outstanding() {
    std::size_t sum = 0;
    for (const auto& track : tracks()) sum += track->lane->outstanding();
    return sum;
}

bool SchedulerCore::inside() const {
    // Jobs that run inline, and listeners, are in a pass.
    const auto is_this = [this](const SchedulerCore* core) { return core == this; };
    if (ThreadMark<SchedulerCore>::is_inside(is_this)) return true;
    const auto is_ours = [all = tracks()](const RunSink* sink) {
        return std::ranges::any_of(all,
                                   [sink](const auto& track) { return track->lane.get() == sink; });
    };
    if (ThreadMark<RunSink>::is_inside(is_ours)) return true;
    const auto executors = context_.executors.read();
    return std::ranges::any_of(
        *executors, [](const NamedExecutor& named) { return named.executor->is_inside(); });
}

// --- Passes ---

Instant SchedulerCore::pass() noexcept {
    Instant earliest = tell_events() ? Instant::min() : Instant::max();
    for (const auto& track : tracks()) {
        if (!track->driven_by_thread && track->open) {
            earliest = std::min(earliest, pass_over(*track));
        }
    }
    return earliest;
}

bool SchedulerCore::tell_events() noexcept {
    const InsideGuard guard(this);
    return context_.bus.tell_kept();
}

void SchedulerCore::tell_kept() {
    const InsideGuard guard(this);
    context_.bus.see_to_kept();
}

Instant SchedulerCore::pass_over(Track& track) noexcept {
    const InsideGuard guard(this);
    return track.lane->pass(now());
}

void SchedulerCore::wake(Track& track) noexcept {
    if (track.driven_by_thread) {
        track.loop.wake();
    } else {
        driver_->wake();
    }
    if (waiters_.load() > 0) wake_waiters();
}

void SchedulerCore::wake_waiters() noexcept {
    if (waiters_.load() == 0) return;
    const std::lock_guard lock(idle_mutex_);
    ++activity_;
    idle_.notify_all();
}

}  // namespace punctual::detail
