#include "tasks/run_slot.hpp"

#include <punctual/executors/executor.hpp>

#include <algorithm>
#include <thread>
#include <utility>

#include "value/one_line.hpp"

namespace punctual {
namespace detail {

ExecutingGuard::ExecutingGuard(const RunSink* sink) noexcept : mark_(sink) {}

ExecutingGuard::~ExecutingGuard() = default;

void RunSlot::reset(ClaimedRun claimed) {
    run = std::move(claimed);
    next = nullptr;
    details.reset();
    progress.reset();
    started.store({}, std::memory_order_relaxed);
    began.store(unlimited, std::memory_order_relaxed);
    finished = {};
    outcome = RunState::claimed;
    stop_cause.store(StopCause::none, std::memory_order_relaxed);
    delete stop_source.exchange(nullptr, std::memory_order_relaxed);
}

void RunSlot::request_stop(StopCause cause) noexcept {
    StopCause none = StopCause::none;
    stop_cause.compare_exchange_strong(none, cause);
    if (std::stop_source* source = stop_source.load()) source->request_stop();
    ++telling_;
    if (StopListener* listener = stop_listener_.load()) listener->stop_requested();
    --telling_;
}

void RunSlot::set_stop_listener(StopListener* listener) noexcept {
    if (listener == stop_listener_.load(std::memory_order_relaxed)) return;
    stop_listener_.store(listener);
    while (telling_.load() > 0) std::this_thread::yield();
}

std::stop_token RunSlot::stop_token() {
    std::stop_source* source = stop_source.load();
    if (source == nullptr) {
        auto made = std::make_unique<std::stop_source>();
        if (stop_source.compare_exchange_strong(source, made.get())) source = made.release();
        // A request may have passed between the flag and the source: it must not be missed.
        if (stop_cause.load() != StopCause::none) source->request_stop();
    }
    return source->get_token();
}

RunProgress make_progress(double fraction, std::string text) {
    // A fraction that is no number is none at all.
    const double bounded = fraction > 0 ? std::min(fraction, 1.0) : 0.0;
    return {.fraction = bounded, .text = on_one_line(std::move(text))};
}

RunDetails& RunSlot::ensure_details() {
    if (details == nullptr) details = std::make_unique<RunDetails>();
    return *details;
}

void RunSlot::set_output(std::string text) {
    const std::lock_guard lock(output_mutex_);
    ensure_details().output = std::move(text);
}

}  // namespace detail

const std::string& RunContext::job_id() const {
    return slot_->run.job->id;
}
RunId RunContext::run_id() const {
    return slot_->run.id;
}
Instant RunContext::scheduled() const {
    return slot_->run.scheduled;
}
Instant RunContext::due() const {
    return slot_->run.due;
}
int RunContext::attempt() const {
    return slot_->run.attempt;
}
bool RunContext::stop_requested() const noexcept {
    return slot_->stop_requested();
}
std::stop_token RunContext::stop_token() const {
    return slot_->stop_token();
}
void RunContext::set_output(std::string text) {
    slot_->set_output(std::move(text));
}
void RunContext::progress(double fraction, std::string text) {
    slot_->sink->progressed(*slot_, detail::make_progress(fraction, std::move(text)));
}

}  // namespace punctual
