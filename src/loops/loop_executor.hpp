#pragma once
// Runs jobs on the thread of an event loop, a bounded batch a turn: one after another, or begins
// them one after another, where they go on between turns.

#include <punctual/executors/executor.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "executors/look_ahead.hpp"
#include "loops/loop_place.hpp"
#include "loops/loop_run.hpp"
#include "loops/run_starter.hpp"

namespace punctual::detail {

/// May be started again after `shutdown`, as its scheduler may.
class LoopExecutor final : public Executor {
public:
    /// Why a run is cancelled whose loop does not run.
    static constexpr const char* no_loop = "its event loop does not run";

    /// Without a `starter`, a run is over when its call returns.
    explicit LoopExecutor(std::shared_ptr<LoopPlace> place,
                          std::unique_ptr<RunStarter> starter = nullptr)
        : place_(std::move(place)), starter_(std::move(starter)) {}
    LoopExecutor(const LoopExecutor&) = delete;
    LoopExecutor& operator=(const LoopExecutor&) = delete;
    ~LoopExecutor() override { shutdown(false); }

    void start() override;
    [[nodiscard]] std::size_t room() const override;
    void submit(std::vector<RunTicket>& runs) override;
    [[nodiscard]] std::string refuse(const JobDefinition& job) const override;
    [[nodiscard]] bool is_inside() const override;
    /// On the loop's thread, with `wait`, it does itself what waits.
    void shutdown(bool wait) override;

    /// Whether runs wait or go on.
    [[nodiscard]] bool has_work() const;
    /// Whether it was shut down and has no work left.
    [[nodiscard]] bool has_ended() const;
    /// On the loop's thread: does some of what waits; true if more is left.
    bool run_some() noexcept;

    /// The loop does not run any more: what needs it is cancelled. From any thread.
    void give_up();

    /// A run that was begun goes on. Called in `RunStarter::start`.
    void goes_on(std::shared_ptr<LoopRun> run);
    /// It does not any more, and is about to be reported; then it has been. From any thread.
    void left(LoopRun& run) noexcept;
    void reported() noexcept;
    /// Whether any does.
    [[nodiscard]] bool anything_goes_on() const;

private:
    using Clock = std::chrono::steady_clock;
    class Visit;

    [[nodiscard]] bool may_visit();
    [[nodiscard]] std::optional<RunTicket> next(Clock::time_point now);
    void run(RunTicket ticket, Visit& visit) noexcept;
    void drop_waiting();
    void cancel_those_asked_to_stop();
    void wait_for_loop();
    void finish_here();
    void goes_on_no_more(const LoopRun& run) noexcept;
    [[nodiscard]] bool is_busy() const {
        return !waiting_.empty() || !going_on_.empty() || visits_ > 0 || reporting_ > 0;
    }
    [[nodiscard]] std::size_t most_at_once() const;
    [[nodiscard]] RunSink* take_newly_going_on();

    const std::shared_ptr<LoopPlace> place_;
    const std::unique_ptr<RunStarter> starter_;
    std::atomic<bool> busy_ = false;  // within a run
    mutable std::mutex mutex_;        // guards all below
    std::condition_variable idle_;
    std::deque<RunTicket> waiting_;
    std::vector<std::shared_ptr<LoopRun>> going_on_;
    RunSink* newly_going_on_ = nullptr;  // of a run that the visit has begun
    LookAhead look_ahead_{1};
    Clock::time_point last_begun_{};
    int visits_ = 0;
    std::thread::id visitor_{};
    int reporting_ = 0;
    bool closed_ = false;
};

}  // namespace punctual::detail
