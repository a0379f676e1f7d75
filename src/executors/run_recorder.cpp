#include "tasks/run_slot.hpp"

#include <punctual/testing/run_recorder.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace punctual::testing {

namespace {

struct Never {
    [[nodiscard]] std::optional<Instant> next(Instant) const { return std::nullopt; }
    [[nodiscard]] std::optional<Instant> previous(Instant) const { return std::nullopt; }
};

std::shared_ptr<const JobDefinition> make_job(Call call, const RunSetup& setup) {
    auto settings = std::make_shared<JobSettings>();
    settings->misfire_grace_time = setup.misfire_grace_time;
    return std::make_shared<const JobDefinition>(JobDefinition{.id = setup.job_id,
                                                               .call = std::move(call),
                                                               .trigger = Trigger(Never()),
                                                               .settings = std::move(settings)});
}

ReportedRun report_of(const detail::RunSlot& slot) {
    ReportedRun report{.id = slot.run.id,
                       .outcome = slot.outcome,
                       .started = slot.started.load(),
                       .finished = slot.finished};
    if (slot.details != nullptr) {
        report.reason = slot.details->reason;
        report.output = slot.details->output;
        report.result = slot.details->result;
    }
    if (slot.progress != nullptr) report.progress = *slot.progress;
    return report;
}

}  // namespace

struct RunRecorder::Implementation final : detail::RunSink {
    [[nodiscard]] Instant now() noexcept override { return present.load(); }
    [[nodiscard]] Duration elapsed() noexcept override { return {}; }

    void finished(detail::RunSlot& slot) noexcept override {
        const std::lock_guard lock(mutex);
        reports.push_back(report_of(slot));
        // Under the lock: whoever waits may destroy this object next.
        changed.notify_all();
    }

    void progressed(detail::RunSlot& slot, RunProgress progress) noexcept override {
        const std::lock_guard lock(mutex);
        slot.progress = std::make_unique<RunProgress>(std::move(progress));
    }

    RunTicket ticket(std::shared_ptr<const JobDefinition> job, const RunSetup& setup) {
        const std::lock_guard lock(mutex);
        detail::RunSlot& slot = slots.emplace_back(*this);
        slot.reset({.id = static_cast<RunId>(slots.size()),
                    .job = std::move(job),
                    .scheduled = setup.scheduled,
                    .due = setup.due.value_or(setup.scheduled),
                    .attempt = setup.attempt});
        return RunTicket(slot);
    }

    std::atomic<Instant> present = Instant();
    std::mutex mutex;  // guards all below
    std::condition_variable changed;
    std::deque<detail::RunSlot> slots;
    std::vector<ReportedRun> reports;
};

RunRecorder::RunRecorder() : implementation_(std::make_unique<Implementation>()) {}
RunRecorder::~RunRecorder() = default;

RunTicket RunRecorder::ticket(Call call, const RunSetup& setup) {
    return implementation_->ticket(make_job(std::move(call), setup), setup);
}

std::vector<RunTicket> RunRecorder::tickets(std::size_t count, const Call& call,
                                            const RunSetup& setup) {
    const auto job = make_job(call, setup);
    std::vector<RunTicket> tickets;
    tickets.reserve(count);
    while (tickets.size() < count) tickets.push_back(implementation_->ticket(job, setup));
    return tickets;
}

void RunRecorder::set_now(Instant now) {
    implementation_->present.store(now);
}

void RunRecorder::request_stop(RunId run) {
    detail::RunSlot* slot = nullptr;
    {
        const std::lock_guard lock(implementation_->mutex);
        slot = &implementation_->slots.at(static_cast<std::size_t>(run - 1));
    }
    // Stop callbacks run in here, and may finish the run.
    slot->request_stop(detail::StopCause::cancelled);
}

void RunRecorder::wait_for(std::size_t count) {
    std::unique_lock lock(implementation_->mutex);
    implementation_->changed.wait(lock, [&] { return implementation_->reports.size() >= count; });
}

std::vector<ReportedRun> RunRecorder::reported() const {
    const std::lock_guard lock(implementation_->mutex);
    return implementation_->reports;
}

ReportedRun RunRecorder::wait_for_run(RunId run) {
    std::unique_lock lock(implementation_->mutex);
    auto& reports = implementation_->reports;
    auto found = reports.end();
    implementation_->changed.wait(lock, [&] {
        found = std::ranges::find(reports, run, &ReportedRun::id);
        return found != reports.end();
    });
    return *found;
}

}  // namespace punctual::testing
