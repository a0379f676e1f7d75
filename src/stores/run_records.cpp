#include "stores/run_records.hpp"

namespace punctual::detail {

RunRecord record_of(const Settlement& settlement) {
    const ClaimedRun& run = settlement.run;
    RunRecord record;
    record.id = run.id;
    record.job_id = run.job->id;
    record.scheduled = record.until = run.scheduled;
    record.due = run.due;
    record.attempt = run.attempt;
    // A run that was settled without having begun has no time of its start.
    if (settlement.started != Instant{}) record.started = settlement.started;
    record.finished = settlement.finished;
    record.state = settlement.outcome;
    record.reason = settlement.reason;
    record.output = settlement.output;
    record.result = settlement.result;
    return record;
}

RunRecord record_of(const std::string& job_id, const NotRun& range, Instant now) {
    RunRecord record;
    record.job_id = job_id;
    record.scheduled = record.due = range.first;
    record.until = range.last;
    record.count = range.count;
    record.finished = now;
    record.state = range.outcome;
    record.reason = range.reason;
    return record;
}

}  // namespace punctual::detail
