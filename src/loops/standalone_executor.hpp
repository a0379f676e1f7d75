#pragma once
// The executor of an event loop, for schedulers that are not in that loop.

#include <punctual/executors/executor.hpp>
#include <punctual/schedulers/loop.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "loops/loop_executor.hpp"
#include "loops/loop_place.hpp"
#include "loops/run_starter.hpp"

namespace punctual::detail {

/// May be started again after `shutdown`. *Lifetime*: `unwatch` of its loop may be called from any
/// thread.
class StandaloneExecutor final : public Executor, private LoopTurns {
public:
    /// *Throws* ExecutorError if the system has no descriptor left.
    StandaloneExecutor(std::unique_ptr<EventLoop> loop, std::unique_ptr<RunStarter> starter)
        : place_(std::make_shared<LoopPlace>(std::move(loop))),
          executor_(place_, std::move(starter)) {}
    StandaloneExecutor(const StandaloneExecutor&) = delete;
    StandaloneExecutor& operator=(const StandaloneExecutor&) = delete;
    ~StandaloneExecutor() override { StandaloneExecutor::shutdown(false); }

    void start() override;
    [[nodiscard]] std::size_t room() const override { return executor_.room(); }
    void submit(std::vector<RunTicket>& runs) override { executor_.submit(runs); }
    [[nodiscard]] std::string refuse(const JobDefinition& job) const override {
        return executor_.refuse(job);
    }
    [[nodiscard]] bool stalled(Duration patience) noexcept override {
        return executor_.has_work() && place_->stalled(patience);
    }
    bool go_on_here() noexcept override;
    [[nodiscard]] bool is_inside() const override { return executor_.is_inside(); }
    void shutdown(bool wait) override;

private:
    void turn() noexcept override;

    const std::shared_ptr<LoopPlace> place_;
    LoopExecutor executor_;
    std::mutex mutex_;  // held by a start, and by an end from when it watches no more
    std::atomic<bool> watching_ = false;
};

}  // namespace punctual::detail
