// A lane's side of trouble: a store that fails, one that refuses a record, a write whose answer was
// lost, and what an earlier process left.

#include <algorithm>
#include <utility>

#include "engine/follow_ups.hpp"
#include "engine/lane.hpp"
#include "engine/refused_record.hpp"

namespace punctual::detail {
namespace {

constexpr Duration first_pause = 100ms;
constexpr Duration longest_pause = 10s;
// Of each part of a record that is refused, unless that is too much as well.
constexpr std::size_t longest_kept = 1000;

}  // namespace

Instant Lane::failed(Instant now, const char* reason) noexcept {
    if (failures_++ == 0) {
        failing_ = true;
        reporter_.unavailable(reason, now);
    }
    // Whether the store did what it was asked is open: it is asked for its runs first.
    uncertain_ = true;
    in_doubt_ = !settlements_.empty();
    Duration pause = first_pause;
    for (int i = 1; i < failures_ && pause < longest_pause; ++i) pause = pause * 2;
    pause = std::min(pause, longest_pause);
    retry_at_ = context_.clock->elapsed() + pause;
    return now + pause;
}

void Lane::answered(Instant now) {
    retry_at_ = Duration::min();
    if (failures_ == 0) return;
    failures_ = 0;
    failing_ = false;
    reporter_.available(now);
}

// The runs whose records are refused are looked for by halves, and hold up no others.
void Lane::settle_in_parts(Instant now) {
    in_doubt_ = true;
    // What the refused call has decided is not to be told.
    decider_.begin(now);
    std::size_t count = settlements_.size();
    while (!settlements_.empty()) {
        count = std::min(count, settlements_.size());
        try {
            store_->process({.now = now, .settlements = std::span(settlements_).first(count)},
                            result_);
        } catch (const StoreUnavailableError&) {
            throw;
        } catch (const Error& refusal) {
            if (count > 1) {
                count /= 2;
                continue;
            }
            settle_shortened(refusal, now);
        }
        after_settling(count, now);
        count *= 2;
    }
    // The call that was refused may have claimed all the same.
    reconcile();
}

// Only the record is shortened: who listens is told all of it.
void Lane::settle_shortened(const Error& refusal, Instant now) {
    for (const std::size_t kept : {longest_kept, std::size_t{0}}) {
        const auto settlement = shortened(settlements_.front(), kept, refusal.what());
        if (!settlement) continue;
        try {
            store_->process({.now = now, .settlements = {&*settlement, 1}}, result_);
            reporter_.record_refused(*settlement);
            return;
        } catch (const StoreUnavailableError&) {
            throw;
        } catch (const Error&) {
            // Its length was not what the store minds, or not alone.
            continue;
        }
    }
    throw StoreError(refusal.what());
}

void Lane::wait_in_group(ClaimedRun run) {
    waiting_[run.group].push_back(std::move(run));
}

void Lane::start_waiting_groups() {
    for (auto group = waiting_.begin(); group != waiting_.end();) {
        starts_.push_back(std::move(group->second.front()));
        group->second.pop_front();
        group = group->second.empty() ? waiting_.erase(group) : std::next(group);
    }
}

void Lane::recover(Instant now) {
    waiting_.clear();
    starts_.clear();
    std::vector<ClaimedRun> lost;
    std::vector<ClaimedRun> reruns;
    std::vector<ClaimedRun> left = store_->unsettled();
    for (ClaimedRun& run : left) {
        if (!run.started) continue;
        (run.job->settings->on_lost == OnLost::rerun ? reruns : lost).push_back(run);
    }
    std::erase_if(left, [](const ClaimedRun& run) { return run.started; });
    if (!reruns.empty()) store_->retry_lost(reruns);
    for (ClaimedRun& run : reruns) {
        reporter_.lost_reruns(run, now);
        run.started = false;
        ++run.attempt;
        wait_in_group(std::move(run));
    }
    for (ClaimedRun& run : left) wait_in_group(std::move(run));
    for (ClaimedRun& run : lost) {
        Settlement& settlement = settlements_.emplace_back();
        settlement.ends_group = !waiting_.contains(run.group);
        settlement.run = std::move(run);
        settlement.outcome = RunState::lost;
        settlement.finished = now;
        settlement.reason = "its process ended before it did";
        add_follow_ups(settlement);
    }
    start_waiting_groups();
}

// Runs of this process that it does not know were claimed by a write whose answer was lost.
void Lane::reconcile() {
    const std::vector<RunId> known = known_runs();
    for (ClaimedRun& run : store_->unsettled()) {
        if (std::ranges::binary_search(known, run.id)) continue;
        if (!run.started) {
            wait_in_group(std::move(run));
            continue;
        }
        forget_request(run);
        ready_.push_back(std::move(run));
    }
    uncertain_ = false;
}

// A run besides the schedule that is on record after all must not be asked for again.
void Lane::forget_request(const ClaimedRun& run) {
    const std::lock_guard lock(unscheduled_mutex_);
    const auto found = std::ranges::find_if(unscheduled_, [&](const ClaimedRun& request) {
        return request.scheduled == run.scheduled && request.job->id == run.job->id;
    });
    if (found == unscheduled_.end()) return;
    unscheduled_.erase(found);
    --outstanding_;
}

std::vector<RunId> Lane::known_runs() {
    std::vector<RunId> known;
    slots_.for_each_live([&](const RunSlot& slot) { known.push_back(slot.run.id); });
    for (const Settlement& settlement : settlements_) known.push_back(settlement.run.id);
    for (const ClaimedRun& run : starts_) known.push_back(run.id);
    for (const ClaimedRun& run : ready_) known.push_back(run.id);
    for (const auto& [group, runs] : waiting_) {
        for (const ClaimedRun& run : runs) known.push_back(run.id);
    }
    std::ranges::sort(known);
    return known;
}

}  // namespace punctual::detail
