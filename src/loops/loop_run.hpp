#pragma once
// A run that goes on between the turns of its loop.

#include <punctual/executors/executor.hpp>

#include <atomic>
#include <cstddef>
#include <optional>
#include <stop_token>

#include "tasks/run_slot.hpp"

namespace punctual::detail {

class LoopExecutor;

/// What the job sees of the run belongs to this object and not to the engine. So the run can be
/// given up when its loop does not run any more, and whatever the job does afterwards is safe.
///
/// *Lifetime*: longer than whatever may resume the job; the executor outlives it, or gave it up.
class LoopRun : private RunSink {
public:
    LoopRun(RunTicket ticket, LoopExecutor& executor);
    LoopRun(const LoopRun&) = delete;
    LoopRun& operator=(const LoopRun&) = delete;
    ~LoopRun() override = default;

    /// Once it is a shared object: `stop` may be called from here on.
    void watch_stop();
    [[nodiscard]] const Call& call() const { return slot_.run.job->call; }
    [[nodiscard]] RunContext& context() { return context_; }
    /// Who is told of its end: what `ExecutingGuard` takes.
    [[nodiscard]] const RunSink* sink() const { return sink_; }
    /// Whether the caller is in the job.
    [[nodiscard]] virtual bool is_here() const {
        return ThreadMark<RunSink>::is_inside(
            [this](const RunSink* sink) { return sink == sink_; });
    }
    /// Whether it was asked to stop.
    [[nodiscard]] bool stop_requested() const { return context_.stop_requested(); }

    /// It is over: reports how it went, unless it is over already. From any thread.
    void finish(RunResult result) noexcept;
    /// Reports that there is no loop to go on in; false if it is over already, or is just telling
    /// something. From any thread.
    bool give_up() noexcept;

protected:
    /// The run was asked to stop, which the context says already. From any thread.
    virtual void stop() noexcept {}

private:
    friend class LoopExecutor;
    struct OnStop {
        LoopRun* run;
        void operator()() const noexcept;
    };

    [[nodiscard]] Instant now() noexcept override { return sink_->now(); }
    [[nodiscard]] Duration elapsed() noexcept override { return sink_->elapsed(); }
    void finished(RunSlot&) noexcept override {}
    void progressed(RunSlot& slot, RunProgress progress) noexcept override;
    /// False if it was already.
    [[nodiscard]] bool becomes_over() noexcept;

    RunTicket ticket_;
    RunSink* const sink_;
    LoopExecutor& executor_;
    std::size_t position_ = 0;         // the executor's
    std::atomic<unsigned> state_ = 0;  // whether it is over, and how many use the ticket
    RunSlot slot_;
    RunContext context_;
    std::optional<std::stop_callback<OnStop>> on_stop_;
};

}  // namespace punctual::detail
