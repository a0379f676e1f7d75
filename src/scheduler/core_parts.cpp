// Stores and executors that come and go while the scheduler runs.

#include <punctual/executors/executor.hpp>

#include <algorithm>
#include <utility>

#include "scheduler/core.hpp"
#include "scheduler/core_life_lock.hpp"

namespace punctual::detail {

void SchedulerCore::add_store(const std::string& name, const StoreSpec& spec) {
    check_usable();
    {
        const LifeLock lock(*this, LifeLock::NotInEnd());
        const auto is_it = [&](const auto& track) { return track->lane->name() == name; };
        if (std::ranges::any_of(tracks(), is_it)) {
            throw ConfigurationError("there is a store \"" + name + "\" already");
        }
        const std::shared_ptr<Track> track = make_track(name, spec);
        if (started()) open(*track);
        {
            const std::lock_guard parts(parts_mutex_);
            tracks_.push_back(track);
        }
        if (!started()) return;
        settle_claiming();
        if (driving_) drive(*track);
        wake(*track);
    }
    tell(of_store<StoreAdded>(name));
}

void SchedulerCore::remove_store(const std::string& name) {
    check_usable();
    if (inside()) throw Error("a store cannot be removed from inside a job or a listener");
    std::shared_ptr<Track> track;
    {
        const LifeLock lock(*this, LifeLock::NotInEnd());
        track = tracks_for(name).front();
        if (track->leaving.exchange(true)) {
            throw UnknownStoreError("the store \"" + name + "\" is being removed already");
        }
        settle_claiming();
        track->lane->set_closing(true);
    }
    // Jobs may start and end the scheduler meanwhile, or change what it consists of.
    wait_until_idle({track}, unlimited, ShutdownOptions().loop_timeout);
    {
        const LifeLock lock(*this);
        if (ending_) join_finisher();
        const std::lock_guard parts(parts_mutex_);
        std::erase(tracks_, track);
        if (track->lane->outstanding() > 0) removed_.push_back(track);
    }
    stop_driving(*track);
    if (track->open.exchange(false)) track->lane->store().close();
    tell(of_store<StoreRemoved>(name));
}

void SchedulerCore::add_executor(const std::string& name, const ExecutorSpec& spec) {
    check_usable();
    {
        const LifeLock lock(*this, LifeLock::NotInEnd());
        if (options_.executors.contains(name)) {
            throw ConfigurationError("there is an executor \"" + name + "\" already");
        }
        if (started()) open_executor(name, spec);
        options_.executors.emplace(name, spec);
        if (!started()) return;
    }
    tell(of_executor<ExecutorAdded>(name));
}

void SchedulerCore::open_executor(const std::string& name, const ExecutorSpec& spec) {
    std::shared_ptr<Executor> executor = spec.make();
    executor->start();
    context_.executors.add(name, std::move(executor));
    for (const auto& track : tracks()) wake(*track);
}

void SchedulerCore::remove_executor(const std::string& name) {
    check_usable();
    std::shared_ptr<Executor> executor;
    {
        const LifeLock lock(*this, LifeLock::NotInEnd());
        if (options_.executors.erase(name) == 0) {
            throw UnknownExecutorError("there is no executor \"" + name + "\"");
        }
        executor = context_.executors.remove(name);
    }
    if (executor != nullptr) executor->shutdown(true);
    tell(of_executor<ExecutorRemoved>(name));
}

}  // namespace punctual::detail
