#include "engine/run_reporter.hpp"

#include <utility>

#include "engine/follow_ups.hpp"
#include "log/log.hpp"

namespace punctual::detail {

template <class E>
void RunReporter::deliver(E event, Instant now) {
    event.at = now;
    event.store = store_;
    bus_.tell(std::move(event));
}

template <class E>
E RunReporter::run_event(const ClaimedRun& run) const {
    E event;
    event.job_id = run.job->id;
    event.run_id = run.id;
    event.scheduled = run.scheduled;
    event.attempt = run.attempt;
    return event;
}

template <class E>
E RunReporter::end_event(const Settlement& settlement) const {
    E event = run_event<E>(settlement.run);
    event.started = settlement.started;
    event.finished = settlement.finished;
    event.output = settlement.output;
    event.retry_at = retry_at(settlement);
    if constexpr (requires { event.reason; }) event.reason = settlement.reason;
    if constexpr (requires { event.result; }) event.result = settlement.result;
    return event;
}

template <class E>
E RunReporter::not_run_event(const JobDefinition& job, const NotRun& range) const {
    E event;
    event.job_id = job.id;
    event.first = range.first;
    event.last = range.last;
    event.count = range.count;
    event.reason = range.reason;
    return event;
}

void RunReporter::submitted(const ClaimedRun& run, Instant now) {
    if (bus_.wanted(JobSubmitted::kind)) deliver(run_event<JobSubmitted>(run), now);
}

void RunReporter::progressed(const ClaimedRun& run, const RunProgress& progress, Instant now) {
    if (!bus_.wanted(JobProgress::kind)) return;
    auto event = run_event<JobProgress>(run);
    event.progress = progress;
    deliver(std::move(event), now);
}

void RunReporter::settled(const Settlement& settlement, Instant now) {
    switch (settlement.outcome) {
        case RunState::succeeded:
            if (bus_.wanted(JobExecuted::kind)) deliver(end_event<JobExecuted>(settlement), now);
            break;
        case RunState::failed:
            if (bus_.wanted(JobError::kind)) deliver(end_event<JobError>(settlement), now);
            break;
        case RunState::cancelled:
            if (bus_.wanted(JobCancelled::kind)) deliver(end_event<JobCancelled>(settlement), now);
            break;
        case RunState::lost:
            if (bus_.wanted(JobLost::kind)) deliver(end_event<JobLost>(settlement), now);
            break;
        case RunState::missed:
            not_run(*settlement.run.job,
                    {.first = settlement.run.scheduled,
                     .last = settlement.run.scheduled,
                     .count = 1,
                     .outcome = RunState::missed,
                     .reason = settlement.reason,
                     .cause = NotRunCause::missed},
                    now);
            break;
        default:
            break;
    }
}

void RunReporter::not_run(const JobDefinition& job, const NotRun& range, Instant now) {
    if (range.cause == NotRunCause::missed) {
        if (bus_.wanted(JobMissed::kind)) deliver(not_run_event<JobMissed>(job, range), now);
    } else if (range.cause == NotRunCause::max_instances) {
        if (bus_.wanted(JobMaxInstances::kind))
            deliver(not_run_event<JobMaxInstances>(job, range), now);
    } else {
        if (bus_.wanted(JobSkipped::kind)) deliver(not_run_event<JobSkipped>(job, range), now);
    }
}

void RunReporter::lost_reruns(const ClaimedRun& run, Instant now) {
    if (!bus_.wanted(JobLost::kind)) return;
    auto event = run_event<JobLost>(run);
    event.reruns = true;
    deliver(std::move(event), now);
}

void RunReporter::next_job_missing(const JobDefinition& job, const std::string& next) {
    log_warning("job \"" + next + "\" does not start after job \"" + job.id + "\": store \"" +
                store_ + "\" has no job of that id; add it, or take it out of `then` of \"" +
                job.id + "\"");
}

void RunReporter::left(const JobDefinition& job, Instant now) {
    if (!bus_.wanted(JobRemoved::kind)) return;
    JobRemoved event;
    event.job_id = job.id;
    deliver(std::move(event), now);
}

void RunReporter::faulty(const SetAside& aside, Instant now) {
    log_warning("job \"" + aside.job->id +
                "\" cannot run here and is tried again in a minute: " + aside.reason);
    if (!bus_.wanted(JobFaulty::kind)) return;
    JobFaulty event;
    event.job_id = aside.job->id;
    event.reason = aside.reason;
    deliver(std::move(event), now);
}

void RunReporter::record_refused(const Settlement& shortened) {
    log_error("store \"" + store_ + "\" refuses the record of a run of job \"" +
              shortened.run.job->id + "\": " + shortened.reason);
}

void RunReporter::unavailable(const std::string& reason, Instant now) {
    log_error("store \"" + store_ + "\" does not answer and is tried again: " + reason);
    StoreUnavailable event;
    event.reason = reason;
    deliver(std::move(event), now);
}

void RunReporter::available(Instant now) {
    log_info("store \"" + store_ + "\" answers again");
    deliver(StoreAvailable(), now);
}

}  // namespace punctual::detail
