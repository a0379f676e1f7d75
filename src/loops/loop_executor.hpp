#pragma once
// Runs jobs one after another on the thread of an event loop, a bounded batch a turn.

#include <punctual/executors/executor.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "executors/look_ahead.hpp"
#include "loops/loop_place.hpp"

namespace punctual::detail {

/// May be started again after `shutdown`, as its scheduler may.
class LoopExecutor final : public Executor {
public:
    explicit LoopExecutor(std::shared_ptr<LoopPlace> place) : place_(std::move(place)) {}
    LoopExecutor(const LoopExecutor&) = delete;
    LoopExecutor& operator=(const LoopExecutor&) = delete;
    ~LoopExecutor() override { shutdown(false); }

    void start() override;
    [[nodiscard]] std::size_t room() const override;
    void submit(std::vector<RunTicket>& runs) override;
    /// On the loop's thread, with `wait`, it does itself what waits.
    void shutdown(bool wait) override;

    /// On the loop's thread: does some of what waits; true if more is left.
    bool run_some() noexcept;

private:
    using Clock = std::chrono::steady_clock;
    class Visit;

    [[nodiscard]] std::optional<RunTicket> next(Clock::time_point now);
    void run(RunTicket ticket) noexcept;
    void drop_waiting();
    void cancel_those_asked_to_stop();
    void wait_for_loop();

    const std::shared_ptr<LoopPlace> place_;
    std::atomic<bool> busy_ = false;  // within a run
    mutable std::mutex mutex_;        // guards all below
    std::condition_variable idle_;
    std::deque<RunTicket> waiting_;
    LookAhead look_ahead_{1};
    Clock::time_point last_begun_{};
    int visits_ = 0;
    bool closed_ = false;
};

}  // namespace punctual::detail
