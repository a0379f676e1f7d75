#include "engine/timeout_watch.hpp"

#include <algorithm>

namespace punctual::detail {
namespace {

// A sum that stays an instant: timeouts may be centuries.
Instant later_by(Instant instant, Duration length) {
    return length.count() > (Instant::max() - instant).count() ? Instant::max() : instant + length;
}

}  // namespace

void TimeoutWatch::add(RunSlot& slot, Instant now) {
    const Duration timeout = slot.run.job->settings->timeout;
    if (timeout == unlimited) return;
    looks_.push({.at = later_by(now, timeout), .slot = &slot, .id = slot.run.id});
}

void TimeoutWatch::check(Instant now) {
    while (!looks_.empty() && looks_.top().at <= now) {
        const Look look = looks_.top();
        looks_.pop();
        look_at(look, now);
    }
}

void TimeoutWatch::look_at(const Look& look, Instant now) {
    RunSlot& slot = *look.slot;
    // Slots are used again: the run may be over.
    if (!slot.live || slot.run.id != look.id) return;
    const Duration timeout = slot.run.job->settings->timeout;
    const Instant started = slot.started.load(std::memory_order_relaxed);
    const Instant deadline = later_by(started == Instant{} ? now : started, timeout);
    if (deadline <= now) {
        slot.request_stop(StopCause::timed_out);
    } else {
        looks_.push({.at = deadline, .slot = look.slot, .id = look.id});
    }
}

void judge_stop(const RunSlot& slot, Settlement& settlement) {
    const auto end_as = [&](RunState outcome, std::string reason) {
        settlement.outcome = outcome;
        settlement.reason = std::move(reason);
    };
    const RunState outcome = settlement.outcome;
    const bool gave_way = outcome == RunState::succeeded || outcome == RunState::cancelled;
    switch (slot.stop_cause.load(std::memory_order_relaxed)) {
        case StopCause::timed_out:
            // What it says itself of its failure is kept.
            if (gave_way) {
                end_as(RunState::failed,
                       "timed out after " + format_duration(settlement.run.job->settings->timeout));
            }
            break;
        case StopCause::cancelled:
            if (gave_way) end_as(RunState::cancelled, "cancelled on request");
            break;
        case StopCause::replaced:
            if (gave_way) end_as(RunState::cancelled, "replaced by a newer run");
            break;
        default:
            break;
    }
}

}  // namespace punctual::detail
