#include <punctual/job.hpp>

#include <utility>

#include "scheduler/core.hpp"

namespace punctual {

std::optional<Instant> Job::next_run_time() const {
    if (record_.next_run_time == never) return std::nullopt;
    return record_.due == never ? record_.next_run_time : record_.due;
}

Job& Job::modify(JobChanges changes) {
    return *this = scheduler_->modify(id(), changes, store_);
}

Job& Job::reschedule(Trigger trigger) {
    return modify({.trigger = std::move(trigger)});
}

Job& Job::pause() {
    return *this = scheduler_->pause_job(id(), store_);
}

Job& Job::resume() {
    return *this = scheduler_->resume_job(id(), store_);
}

Job& Job::run() {
    return *this = scheduler_->run_job(id(), store_);
}

Job& Job::then(const Job& next, ThenOn on) {
    return *this = scheduler_->then(*this, next, on);
}

Job& Job::refresh() {
    return *this = scheduler_->get(id(), store_);
}

void Job::remove() {
    scheduler_->remove(id(), store_);
}

std::string Job::to_string() const {
    std::string status;
    if (const auto next = next_run_time()) {
        status = "next run at: " + format_instant(*next, scheduler_->timezone());
    } else if (state() == JobState::paused) {
        status = "paused";
    } else if (state() == JobState::active && !pending_) {
        status = "waits to be started";
    } else {
        status = pending_ ? "pending" : "ended";
    }
    if (const std::string reason = fault(); !reason.empty()) status += ", cannot run: " + reason;
    return name() + " (trigger: " + trigger().describe() + ", " + status + ")";
}

}  // namespace punctual
