#include <punctual/executors/executor.hpp>

#include <exception>
#include <typeinfo>

#include <cxxabi.h>

#include "tasks/run_slot.hpp"
#include "value/one_line.hpp"

namespace punctual {
namespace detail {
namespace {

std::string name_of_current_exception() {
    const std::type_info* type = abi::__cxa_current_exception_type();
    if (type == nullptr) return "something unknown";
    int status = 0;
    char* name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
    std::string text = status == 0 ? name : type->name();
    std::free(name);
    return text;
}

// Text and numbers are thrown as well as exceptions; what was thrown is what the user has to see.
RunResult result_of_current_exception() {
    try {
        throw;
    } catch (const RunCancelled& cancelled) {
        return {.outcome = RunState::cancelled, .reason = cancelled.what()};
    } catch (const std::exception& error) {
        return {.outcome = RunState::failed, .reason = error.what()};
    } catch (const std::string& text) {
        return {.outcome = RunState::failed, .reason = text};
    } catch (const char* text) {
        return {.outcome = RunState::failed, .reason = text};
    } catch (int number) {
        return {.outcome = RunState::failed, .reason = "threw the int " + std::to_string(number)};
    } catch (...) {
        return {.outcome = RunState::failed, .reason = "threw " + name_of_current_exception()};
    }
}

std::string late_by(Duration lateness) {
    return "missed by " + format_duration(lateness);
}

}  // namespace

}  // namespace detail

const JobDefinition& RunTicket::job() const {
    return *slot_->run.job;
}
RunId RunTicket::run_id() const {
    return slot_->run.id;
}
Instant RunTicket::scheduled() const {
    return slot_->run.scheduled;
}
Instant RunTicket::due() const {
    return slot_->run.due;
}
int RunTicket::attempt() const {
    return slot_->run.attempt;
}
bool RunTicket::stop_requested() const noexcept {
    return slot_->stop_requested();
}

std::stop_token RunTicket::stop_token() const {
    return slot_->stop_token();
}

void RunTicket::set_stop_listener(StopListener& listener) noexcept {
    slot_->set_stop_listener(&listener);
    if (slot_->stop_requested()) listener.stop_requested();
}

bool RunTicket::may_begin() noexcept {
    detail::RunSlot& slot = *slot_;
    const Instant now = slot.sink->now();
    slot.started.store(now, std::memory_order_relaxed);
    const JobSettings& settings = *slot.run.job->settings;
    if (settings.timeout != unlimited) {
        slot.began.store(slot.sink->elapsed(), std::memory_order_relaxed);
    }
    const Duration grace = settings.misfire_grace_time;
    if (slot.stop_requested()) {
        keep({.outcome = RunState::cancelled, .reason = detail::stopped_before_it_began});
        return false;
    }
    if (grace != unlimited && now - slot.run.due > grace) {
        keep({.outcome = RunState::missed, .reason = detail::late_by(now - slot.run.due)});
        return false;
    }
    return true;
}

bool RunTicket::begin() noexcept {
    if (may_begin()) return true;
    report();
    return false;
}

void RunTicket::run() noexcept {
    if (!may_begin()) return;
    RunContext context(*slot_);
    const detail::ExecutingGuard guard(slot_->sink);
    try {
        Value result = slot_->run.job->call.invoke(context);
        if (!result.is_null()) slot_->ensure_details().result = std::move(result);
    } catch (...) {
        keep(detail::result_of_current_exception());
        return;
    }
    slot_->finished = slot_->sink->now();
    slot_->outcome = RunState::succeeded;
}

Duration RunTicket::took() const noexcept {
    return slot_->finished - slot_->started.load(std::memory_order_relaxed);
}

void RunTicket::report() noexcept {
    detail::RunSlot& slot = *std::exchange(slot_, nullptr);
    slot.set_stop_listener(nullptr);
    slot.sink->finished(slot);
}

void RunTicket::execute() noexcept {
    run();
    report();
}

void RunTicket::set_output(std::string text) noexcept {
    slot_->ensure_details().output = std::move(text);
}

void RunTicket::progress(double fraction, std::string text) noexcept {
    slot_->sink->progressed(*slot_, detail::make_progress(fraction, std::move(text)));
}

void RunTicket::keep(RunResult result) noexcept {
    detail::RunSlot& slot = *slot_;
    slot.finished = slot.sink->now();
    if (!result.reason.empty()) {
        slot.ensure_details().reason = detail::on_one_line(std::move(result.reason));
    }
    if (!result.result.is_null()) slot.ensure_details().result = std::move(result.result);
    slot.outcome = result.outcome;
}

void RunTicket::complete(RunResult result) noexcept {
    keep(std::move(result));
    report();
}

void RunTicket::drop() noexcept {
    complete({.outcome = RunState::cancelled, .reason = "its executor closed before it began"});
}

RunResult result_of(const std::exception_ptr& thrown) noexcept {
    try {
        std::rethrow_exception(thrown);
    } catch (...) {
        return detail::result_of_current_exception();
    }
}

std::string Executor::refuse(const JobDefinition& job) const {
    const detail::CoroutineType* type = job.call.callable()->coroutine();
    return type == nullptr ? std::string() : detail::why_not_a_function(*type);
}

}  // namespace punctual
