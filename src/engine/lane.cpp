#include "engine/lane.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "engine/follow_ups.hpp"
#include "log/log.hpp"

namespace punctual::detail {
namespace {

// Bounds a pass, so that one store's burst delays neither its own settlements nor other stores'.
constexpr std::size_t most_claims = 1000;

Instant after(Instant now, Duration length) {
    return length < Instant::max() - now ? now + length : Instant::max();
}

}  // namespace

Lane::Lane(std::string name, std::shared_ptr<JobStore> store, EngineContext& context,
           std::function<void()> wake)
    : name_(std::move(name)),
      store_(std::move(store)),
      context_(context),
      wake_(std::move(wake)),
      reporter_(context.bus, name_),
      slots_(*this) {}

void Lane::set_claiming(bool claiming) {
    if (claiming_.exchange(claiming) != claiming && claiming) wake_();
}

void Lane::due_at(Instant due) {
    // A lane that does not claim looks at all that is due once it does.
    if (!claiming_) return;
    if (due.time_since_epoch().count() < next_wake_.load()) wake_();
}

void Lane::look_again() {
    due_at(Instant::min());
}

void Lane::run_now(std::shared_ptr<const JobDefinition> job, std::int64_t generation, Instant now) {
    ClaimedRun run{.job = std::move(job), .generation = generation, .scheduled = now, .due = now};
    {
        const std::lock_guard lock(unscheduled_mutex_);
        unscheduled_.push_back(std::move(run));
        ++outstanding_;
    }
    wake_();
}

void Lane::request_stop() {
    slots_.for_each_live([](RunSlot& slot) { slot.request_stop(StopCause::shutdown); });
}

bool Lane::cancel_run(RunId id) {
    bool found = false;
    slots_.for_each_live([&](RunSlot& slot) {
        if (slot.run.id != id) return;
        slot.request_stop(StopCause::cancelled);
        found = true;
    });
    return found;
}

void Lane::append_running(std::vector<RunningRun>& runs) {
    slots_.for_each_live([&](const RunSlot& slot) {
        RunningRun& run = runs.emplace_back();
        run.id = slot.run.id;
        run.job_id = slot.run.job->id;
        run.store = name_;
        run.scheduled = slot.run.scheduled;
        run.attempt = slot.run.attempt;
        const Instant started = slot.started.load(std::memory_order_relaxed);
        if (started != Instant{}) run.started = started;
        run.stopping = slot.stop_requested();
        if (slot.progress != nullptr) run.progress = *slot.progress;
    });
}

void Lane::progressed(RunSlot& slot, RunProgress progress) noexcept {
    // The run waits for its listeners, on whatever thread that is.
    const ExecutingGuard guard(this);
    reporter_.progressed(slot.run, progress, now());
    const auto lock = slots_.locked();
    slot.progress = std::make_unique<RunProgress>(std::move(progress));
}

void Lane::wake_if_starved() {
    if (starved_) wake_();
}

// Others may wait for the same executor.
void Lane::room_freed() noexcept {
    context_.room_freed();
}

bool Lane::runs_go_on() {
    {
        const std::lock_guard lock(unscheduled_mutex_);
        if (!unscheduled_.empty()) return true;
    }
    return slots_.any_live();
}

void Lane::finished(RunSlot& slot) noexcept {
    RunSlot* top = finished_.load(std::memory_order_relaxed);
    do {
        slot.next = top;
    } while (!finished_.compare_exchange_weak(top, &slot, std::memory_order_seq_cst,
                                              std::memory_order_relaxed));
    if (top == nullptr) wake_();
}

// --- A pass ---

Instant Lane::pass(Instant now) noexcept {
    // From here until the pass knows when to come back, any change has to ask for another one.
    next_wake_ = INT64_MAX;
    // Counted before it looks whether it may claim: who forbids claiming and then finds nothing
    // outstanding can be sure that nothing will be handed over.
    ++outstanding_;
    Instant again{};
    try {
        static_cast<void>(timeouts_.check(*context_.clock));
        // The pause goes by a clock that is never set.
        const Duration elapsed = context_.clock->elapsed();
        if (elapsed < retry_at_) {
            again = now + (retry_at_ - elapsed);
        } else {
            again = work(now);
            answered(now);
        }
    } catch (const std::exception& error) {
        again = failed(now, error.what());
    } catch (...) {
        again = failed(now, "it threw something that is no std::exception");
    }
    // Runs were added meanwhile.
    again = std::min(again, after(now, timeouts_.check(*context_.clock)));
    next_wake_ = again.time_since_epoch().count();
    if (--outstanding_ == 0) context_.became_idle();
    return again;
}

Instant Lane::work(Instant now) {
    const bool collected = collect();
    if (uncertain_) reconcile();
    start_unscheduled(now);
    read_rooms();
    if (anything_to_do(now)) write(now);
    hand_over(now);
    // When all else is done, for the store may fail.
    next_jobs_.look_for_missing(*store_, reporter_);
    if (collected) context_.room_freed();
    if (result_.more || !starts_.empty() || finished_.load() != nullptr) return now;
    return claiming_ ? store_->next_due(open_executors_) : Instant::max();
}

bool Lane::collect() {
    RunSlot* slot = finished_.exchange(nullptr);
    if (slot == nullptr) return false;
    RunSlot* in_order = nullptr;
    while (slot != nullptr) {
        RunSlot* next = std::exchange(slot->next, in_order);
        in_order = std::exchange(slot, next);
    }
    const auto lock = slots_.locked();
    while (in_order != nullptr) {
        RunSlot* next = in_order->next;
        to_settlement(*in_order);
        slots_.give_back(*in_order);
        in_order = next;
    }
    return true;
}

void Lane::to_settlement(RunSlot& slot) {
    Settlement& settlement = settlements_.emplace_back();
    settlement.run = std::move(slot.run);
    settlement.outcome = slot.outcome;
    settlement.started = slot.started.load(std::memory_order_relaxed);
    settlement.finished = slot.finished;
    if (slot.details != nullptr) {
        settlement.reason = std::move(slot.details->reason);
        settlement.output = std::move(slot.details->output);
        keep_result(settlement, std::move(slot.details->result));
    }
    if (slot.progress != nullptr) settlement.progress = std::move(*slot.progress);
    judge_stop(slot, settlement);
    add_follow_ups(settlement);
    if (!waiting_.empty()) go_on_in_group(settlement, slot.stop_cause);
}

// The store is spared what is not to be kept; the event about the run has it all the same.
void Lane::keep_result(Settlement& settlement, Value result) {
    if (settlement.run.job->settings->keep_result) {
        settlement.result = std::move(result);
    } else if (!result.is_null()) {
        unkept_results_.insert_or_assign(settlement.run.id, std::move(result));
    }
}

void Lane::go_on_in_group(Settlement& settlement, StopCause cause) {
    const auto group = waiting_.find(settlement.run.group);
    if (group == waiting_.end()) return;
    if (cause == StopCause::replaced) {
        // The newer run takes the place of those that have not begun too.
        const Instant now = settlement.finished;
        for (ClaimedRun& run : group->second) settle_unstarted(std::move(run), now);
        waiting_.erase(group);
        return;
    }
    settlement.ends_group = false;
    if (closing_) return;
    starts_.push_back(std::move(group->second.front()));
    group->second.pop_front();
    if (group->second.empty()) waiting_.erase(group);
}

// The run that has just ended is the last of its group that counts.
void Lane::settle_unstarted(ClaimedRun run, Instant now) {
    ++outstanding_;
    Settlement& settlement = settlements_.emplace_back();
    settlement.run = std::move(run);
    settlement.outcome = RunState::cancelled;
    settlement.finished = now;
    settlement.reason = "replaced by a newer run";
    settlement.ends_group = false;
}

// One run of each job makes room for a newer one, the oldest; unless one does already.
void Lane::replace_runs() {
    for (const std::int64_t generation : decider_.replaced()) {
        RunSlot* oldest = nullptr;
        bool on_its_way = false;
        slots_.for_each_live([&](RunSlot& slot) {
            if (slot.run.generation != generation) return;
            on_its_way = on_its_way || slot.stop_requested();
            if (oldest == nullptr || slot.run.id < oldest->run.id) oldest = &slot;
        });
        if (oldest != nullptr && !on_its_way) oldest->request_stop(StopCause::replaced);
    }
}

void Lane::start_unscheduled(Instant now) {
    std::vector<ClaimedRun> runs;
    {
        const std::lock_guard lock(unscheduled_mutex_);
        runs.swap(unscheduled_);
    }
    for (ClaimedRun& run : runs) {
        try {
            store_->start_unscheduled({&run, 1}, now);
            --outstanding_;  // counted again when it is handed over
            ready_.push_back(std::move(run));
        } catch (const JobLookupError&) {
            --outstanding_;
            log_warning("job \"" + run.job->id + "\" was removed before it could be run");
        } catch (...) {
            const std::lock_guard lock(unscheduled_mutex_);
            unscheduled_.insert(unscheduled_.begin(), std::move_iterator(&run),
                                std::move_iterator(runs.data() + runs.size()));
            throw;
        }
    }
}

void Lane::read_rooms() {
    executors_ = context_.executors.read();
    claims_.clear();
    open_executors_.clear();
    bool starved = false;
    // Before it looks, so that room which is freed from here on wakes it.
    starved_ = true;
    for (const NamedExecutor& named : *executors_) {
        const std::size_t room = claiming_ ? named.executor->room() : 0;
        if (room > 0) {
            claims_.push_back({named.name, std::min(room, most_claims)});
            open_executors_.push_back(named.name);
        } else {
            starved = true;
        }
    }
    starved_ = starved;
}

bool Lane::anything_to_do(Instant now) {
    result_.clear();
    return !settlements_.empty() || !starts_.empty() ||
           (!claims_.empty() && store_->next_due(open_executors_) <= now);
}

void Lane::write(Instant now) {
    try {
        process(now);
    } catch (const StoreUnavailableError&) {
        throw;
    } catch (const Error&) {
        // Tried again as it is it would be refused for ever, with all that waits behind it.
        if (settlements_.empty()) throw;
        settle_in_parts(now);
        process(now);
    }
    after_write(now);
}

void Lane::process(Instant now) {
    decider_.begin(now);
    store_->process({.now = now,
                     .settlements = settlements_,
                     .starts = starts_,
                     .claims = claims_,
                     .decider = &decider_},
                    result_);
}

void Lane::after_write(Instant now) {
    for (ClaimedRun& run : starts_) {
        if (superseded(run)) {
            waiting_.erase(run.group);
        } else {
            ready_.push_back(std::move(run));
        }
    }
    starts_.clear();
    replace_runs();
    after_settling(settlements_.size(), now);
    in_doubt_ = false;
    for (ClaimedRun& run : result_.claimed) {
        if (run.started) {
            ready_.push_back(std::move(run));
        } else {
            wait_in_group(std::move(run));
        }
    }
}

bool Lane::superseded(const ClaimedRun& run) const {
    return !result_.superseded.empty() &&
           std::ranges::find(result_.superseded, run.id) != result_.superseded.end();
}

// The first `count` are on record.
void Lane::after_settling(std::size_t count, Instant now) {
    const auto settled = std::span(settlements_).first(count);
    report(settled, now);
    outstanding_ -=
        static_cast<std::size_t>(std::ranges::count_if(settled, [](const Settlement& settlement) {
            return settlement.outcome != RunState::lost;
        }));
    settlements_.erase(settlements_.begin(),
                       settlements_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Lane::report(std::span<Settlement> settled, Instant now) {
    for (Settlement& settlement : settled) {
        if (auto unkept = unkept_results_.extract(settlement.run.id)) {
            settlement.result = std::move(unkept.mapped());
        }
        // The store may know the outcome already, and its listeners not yet.
        if (!in_doubt_ && superseded(settlement.run)) continue;
        reporter_.settled(settlement, now);
        next_jobs_.asked(settlement, now);
    }
    for (const RecordedNotRun& recorded : result_.not_run) {
        reporter_.not_run(*recorded.job, recorded.range, now);
    }
    for (const auto& job : result_.ended) reporter_.left(*job, now);
    for (const SetAside& job : decider_.set_aside()) reporter_.faulty(job, now);
}

}  // namespace punctual::detail
