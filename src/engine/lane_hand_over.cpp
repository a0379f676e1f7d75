// How a lane gives runs, which are on record as started, to executors.

#include <algorithm>
#include <exception>
#include <utility>

#include "engine/follow_ups.hpp"
#include "engine/lane.hpp"
#include "log/log.hpp"

namespace punctual::detail {

void Lane::hand_over(Instant now) {
    if (ready_.empty()) return;
    tickets_.resize(std::max(tickets_.size(), executors_->size()));
    for (const ClaimedRun& run : ready_) reporter_.submitted(run, now);
    outstanding_ += ready_.size();
    {
        const auto lock = slots_.locked();
        for (ClaimedRun& run : ready_) hand_over_run(std::move(run), now);
    }
    ready_.clear();
    for (std::size_t i = 0; i < executors_->size(); ++i) {
        if (!tickets_[i].empty()) submit((*executors_)[i], tickets_[i]);
    }
}

void Lane::submit(const NamedExecutor& named, std::vector<RunTicket>& tickets) noexcept {
    try {
        named.executor->submit(tickets);
    } catch (const std::exception& error) {
        log_error("executor \"" + named.name + "\" takes no runs: " + error.what());
    } catch (...) {
        log_error("executor \"" + named.name + "\" takes no runs");
    }
    // Those that it did not take report so themselves.
    tickets.clear();
}

void Lane::hand_over_run(ClaimedRun run, Instant now) {
    const std::string& name = run.job->settings->executor;
    const auto found = std::ranges::find(*executors_, name, &NamedExecutor::name);
    if (found != executors_->end()) {
        RunSlot& slot = slots_.take(std::move(run));
        timeouts_.add(slot, *context_.clock);
        tickets_[static_cast<std::size_t>(found - executors_->begin())].emplace_back(slot);
        return;
    }
    Settlement& settlement = settlements_.emplace_back();
    settlement.run = std::move(run);
    // At the very end executors are gone before the last answers of stores come.
    settlement.outcome = closing_ ? RunState::cancelled : RunState::failed;
    settlement.reason = closing_ ? "the scheduler ended" : "there is no executor \"" + name + "\"";
    settlement.started = settlement.finished = now;
    add_follow_ups(settlement);
    wake_();
}

}  // namespace punctual::detail
