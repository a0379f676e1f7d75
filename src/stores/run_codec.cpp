#include "stores/run_codec.hpp"

namespace punctual::detail {

RunRecord record_of(const ClaimedRun& run, const std::string& job_id) {
    RunRecord record;
    record.id = run.id;
    record.job_id = job_id;
    record.scheduled = record.until = run.scheduled;
    record.due = run.due;
    record.attempt = run.attempt;
    return record;
}

RunRecord record_of(const Settlement& settlement) {
    RunRecord record = record_of(settlement.run, settlement.run.job->id);
    // A run that was settled without having begun has no time of its start.
    if (settlement.started != Instant{}) record.started = settlement.started;
    record.finished = settlement.finished;
    record.state = settlement.outcome;
    record.reason = settlement.reason;
    record.output = settlement.output;
    record.result = settlement.result;
    record.progress = settlement.progress;
    return record;
}

RunRecord record_of_not_run(RunId id, const std::string& job_id, const NotRun& range, Instant now) {
    RunRecord record;
    record.id = id;
    record.job_id = job_id;
    record.scheduled = record.due = range.first;
    record.until = range.last;
    record.count = range.count;
    record.finished = now;
    record.state = range.outcome;
    record.reason = range.reason;
    return record;
}

RunRecord record_of_cancelled(const ClaimedRun& run, const std::string& job_id, Instant now) {
    RunRecord record = record_of(run, job_id);
    record.finished = now;
    record.state = RunState::cancelled;
    record.reason = "the job was removed";
    return record;
}

std::string encode_result(const Value& result) {
    if (result.is_null()) return {};
    try {
        return result.to_json();
    } catch (const SerializationError&) {
        return {};
    }
}

Value decode_result(std::string_view text) {
    if (text.empty()) return {};
    try {
        return Value::from_json(text);
    } catch (const SerializationError&) {
        return text;
    }
}

}  // namespace punctual::detail
