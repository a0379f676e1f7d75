#include "loops/loop_run.hpp"

#include <utility>

#include "loops/loop_executor.hpp"

namespace punctual::detail {
namespace {

constexpr unsigned is_over = 1U << 31U;

}  // namespace

LoopRun::LoopRun(RunTicket ticket, LoopExecutor& executor)
    : ticket_(std::move(ticket)),
      sink_(ticket_.slot_->sink),
      executor_(executor),
      slot_(*this),
      context_(slot_) {
    slot_.reset(ClaimedRun(ticket_.slot_->run));
}

void LoopRun::watch_stop() {
    on_stop_.emplace(ticket_.stop_token(), OnStop{this});
}

void LoopRun::OnStop::operator()() const noexcept {
    run->slot_.request_stop(run->ticket_.slot_->stop_cause.load());
    run->stop();
}

void LoopRun::finish(RunResult result) noexcept {
    if (!becomes_over()) return;
    on_stop_.reset();
    if (slot_.details != nullptr) ticket_.set_output(std::move(slot_.details->output));
    ticket_.keep(std::move(result));
    // Before the report, for the engine answers a report by asking for room.
    executor_.left(*this);
    ticket_.report();
    // Until here a shutdown waits.
    executor_.reported();
}

bool LoopRun::becomes_over() noexcept {
    return (state_.fetch_or(is_over) & is_over) == 0;
}

// As long as it uses the ticket, nobody else spends that.
void LoopRun::progressed(RunSlot&, RunProgress progress) noexcept {
    if ((state_.fetch_add(1) & is_over) == 0) {
        ticket_.progress(progress.fraction, std::move(progress.text));
    }
    state_.fetch_sub(1);
}

bool LoopRun::give_up() noexcept {
    unsigned unused = 0;
    if (!state_.compare_exchange_strong(unused, is_over)) return false;
    on_stop_.reset();
    slot_.request_stop(StopCause::shutdown);
    stop();
    ticket_.complete({.outcome = RunState::cancelled, .reason = LoopExecutor::no_loop});
    return true;
}

}  // namespace punctual::detail
