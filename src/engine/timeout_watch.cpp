#include "engine/timeout_watch.hpp"

#include <algorithm>

namespace punctual::detail {
namespace {

// A sum that stays a length: timeouts may be centuries.
Duration later_by(Duration moment, Duration length) {
    return length.count() > (unlimited - moment).count() ? unlimited : Duration(moment + length);
}

}  // namespace

void TimeoutWatch::add(RunSlot& slot, Clock& clock) {
    const Duration timeout = slot.run.job->settings->timeout;
    if (timeout == unlimited) return;
    looks_.push({.at = later_by(clock.elapsed(), timeout), .slot = &slot, .id = slot.run.id});
}

Duration TimeoutWatch::check(Clock& clock) {
    if (looks_.empty()) return unlimited;
    const Duration now = clock.elapsed();
    while (!looks_.empty() && looks_.top().at <= now) {
        const Look look = looks_.top();
        looks_.pop();
        look_at(look, now);
    }
    return looks_.empty() || looks_.top().at == unlimited ? unlimited
                                                          : Duration(looks_.top().at - now);
}

void TimeoutWatch::look_at(const Look& look, Duration now) {
    RunSlot& slot = *look.slot;
    // Slots are used again: the run may be over.
    if (!slot.live || slot.run.id != look.id) return;
    const Duration timeout = slot.run.job->settings->timeout;
    const Duration began = slot.began.load(std::memory_order_relaxed);
    const Duration deadline = later_by(began == unlimited ? now : began, timeout);
    if (deadline <= now) {
        slot.request_stop(StopCause::timed_out);
    } else {
        looks_.push({.at = deadline, .slot = look.slot, .id = look.id});
    }
}

namespace {

// " (SIGKILL)": by what a command or a worker was ended.
std::string means_of(const std::string& reason) {
    const auto found = reason.rfind(" (SIG");
    return found == std::string::npos ? "" : reason.substr(found);
}

}  // namespace

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
                       "timed out after " + format_duration(settlement.run.job->settings->timeout) +
                           means_of(settlement.reason));
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
