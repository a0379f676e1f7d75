#pragma once
// An executor that holds its runs until the test lets them go: for tests of what happens meanwhile.
//
//     auto held = std::make_shared<HeldExecutor>();
//     TestingScheduler scheduler({.executors = {{"default", held}}});
//     …
//     held->finish_one();

#include <punctual/executors/executor.hpp>

#include <cstddef>
#include <deque>
#include <limits>
#include <mutex>
#include <vector>

namespace punctual::testing {

/// *Thread safety*: safe.
class HeldExecutor final : public Executor {
public:
    /// `room`: how many runs it takes at once.
    explicit HeldExecutor(std::size_t room = std::numeric_limits<std::size_t>::max())
        : room_(room) {}

    void start() override {}
    [[nodiscard]] std::size_t room() const override {
        const std::lock_guard lock(mutex_);
        return held_.size() < room_ ? room_ - held_.size() : 0;
    }
    void submit(std::vector<RunTicket>& runs) override {
        const std::lock_guard lock(mutex_);
        for (RunTicket& run : runs) held_.push_back(std::move(run));
        runs.clear();
    }
    /// Whoever waits for the end of runs gets it.
    bool go_on_here() noexcept override { return finish_one(); }
    void shutdown(bool wait) override {
        while (wait && finish_one()) continue;
        const std::lock_guard lock(mutex_);
        held_.clear();
    }

    [[nodiscard]] std::size_t held() const {
        const std::lock_guard lock(mutex_);
        return held_.size();
    }
    /// Executes the one that has been held longest, on the calling thread; false if there is none.
    bool finish_one() {
        std::unique_lock lock(mutex_);
        if (held_.empty()) return false;
        RunTicket ticket = std::move(held_.front());
        held_.pop_front();
        lock.unlock();
        ticket.execute();
        return true;
    }

private:
    std::size_t room_;
    mutable std::mutex mutex_;
    std::deque<RunTicket> held_;
};

}  // namespace punctual::testing
