// Stores and executors that come and go while the scheduler runs.

#include <punctual/executors/executor.hpp>

#include <algorithm>
#include <utility>

#include "scheduler/core.hpp"

namespace punctual::detail {

void SchedulerCore::add_store(const std::string& name, const StoreSpec& spec) {
    check_usable();
    for (const auto& track : tracks()) {
        if (track->lane->name() == name) {
            throw ConfigurationError("there is a store \"" + name + "\" already");
        }
    }
    auto track = make_track(name, spec);
    if (started()) open(*track);
    {
        const std::lock_guard lock(parts_mutex_);
        tracks_.push_back(track);
    }
    if (!started()) return;
    track->lane->set_claiming(state_ == SchedulerState::running);
    drive(*track);
    wake(*track);
}

void SchedulerCore::remove_store(const std::string& name) {
    check_usable();
    if (inside()) throw Error("a store cannot be removed from inside a job or a listener");
    const std::shared_ptr<Track> track = tracks_for(name).front();
    Lane& lane = *track->lane;
    lane.set_claiming(false);
    lane.set_closing(true);
    if (started()) wait_until_idle({track}, unlimited, ShutdownOptions().loop_timeout);
    {
        const std::lock_guard lock(parts_mutex_);
        std::erase(tracks_, track);
        if (lane.outstanding() > 0) removed_.push_back(track);
    }
    stop_driving(*track);
    if (track->open.exchange(false)) lane.store().close();
    StoreRemoved event;
    event.store = name;
    tell(std::move(event));
}

void SchedulerCore::add_executor(const std::string& name, const ExecutorSpec& spec) {
    check_usable();
    {
        const std::lock_guard lock(parts_mutex_);
        if (!options_.executors.try_emplace(name, spec).second) {
            throw ConfigurationError("there is an executor \"" + name + "\" already");
        }
    }
    if (started()) open_executor(name, spec);
}

void SchedulerCore::open_executor(const std::string& name, const ExecutorSpec& spec) {
    std::shared_ptr<Executor> executor = spec.make();
    executor->start();
    context_.executors.add(name, std::move(executor));
    for (const auto& track : tracks()) wake(*track);
    ExecutorAdded event;
    event.executor = name;
    tell(std::move(event));
}

void SchedulerCore::remove_executor(const std::string& name) {
    check_usable();
    {
        const std::lock_guard lock(parts_mutex_);
        if (options_.executors.erase(name) == 0) {
            throw UnknownExecutorError("there is no executor \"" + name + "\"");
        }
    }
    if (const auto executor = context_.executors.remove(name)) executor->shutdown(true);
    ExecutorRemoved event;
    event.executor = name;
    tell(std::move(event));
}

}  // namespace punctual::detail
