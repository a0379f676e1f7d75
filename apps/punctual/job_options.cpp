#include "job_options.hpp"

namespace punctual::program {

std::optional<OnLost> read_on_lost(TableReader& table) {
    const Value* value = table.find("on_lost");
    if (value == nullptr) return std::nullopt;
    if (*value == Value("record")) return OnLost::record;
    if (*value == Value("rerun")) return OnLost::rerun;
    table.note("on_lost", *value, "\"record\" or \"rerun\" is needed");
    return std::nullopt;
}

std::optional<AtMaxInstances> read_at_max_instances(TableReader& table) {
    const Value* value = table.find("at_max_instances");
    if (value == nullptr) return std::nullopt;
    try {
        return decode<AtMaxInstances>(*value);
    } catch (const SerializationError&) {
        table.note("at_max_instances", *value, "\"skip\", \"queue\" or \"replace\" is needed");
        return std::nullopt;
    }
}

namespace {

void read_backoff(TableReader& table, Retry& retry) {
    const Value* value = table.find("backoff");
    if (value == nullptr) return;
    try {
        retry.backoff = decode<Backoff>(*value);
    } catch (const SerializationError&) {
        table.note("backoff", *value, "\"fixed\" or \"exponential\" is needed");
    }
}

void read_jitter(TableReader& table, Retry& retry) {
    const Value* value = table.find("jitter");
    if (value == nullptr) return;
    if (value->is_number() && value->as_number() >= 0 && value->as_number() <= 1) {
        retry.jitter = value->as_number();
    } else {
        table.note("jitter", *value, "a number from 0 to 1 is needed");
    }
}

void read_outcomes(TableReader& table, Retry& retry) {
    const Value* value = table.find("on");
    if (value == nullptr) return;
    try {
        Retry read;
        read.on = decode<RunOutcomes>(*value);
        check_retry(read);
        retry.on = read.on;
    } catch (const ValueError&) {
        table.note("on", *value, "a list of \"failed\", \"cancelled\" and \"lost\" is needed");
    }
}

void read_next_jobs(TableReader& table, const char* key, ThenOn on,
                    std::vector<FollowUp>& follow_ups) {
    const Value* value = table.find(key);
    if (value == nullptr) return;
    try {
        if (value->is_text()) {
            follow_ups.push_back({.job_id = value->as_text(), .on = on});
            return;
        }
        for (std::string& id : decode<std::vector<std::string>>(*value)) {
            follow_ups.push_back({.job_id = std::move(id), .on = on});
        }
    } catch (const SerializationError&) {
        table.note(key, *value, "the name of a job, or a list of names, is needed");
    }
}

}  // namespace

std::optional<Retry> read_retry(TableReader& table, const Retry& usual) {
    if (table.find("retry") == nullptr) return std::nullopt;
    constexpr int most = std::numeric_limits<int>::max();
    Retry retry = usual;
    TableReader reader = table.table("retry");
    if (const auto limit = reader.whole("max_attempts", 1, most)) {
        retry.max_attempts = static_cast<int>(*limit);
    }
    if (const auto pause = reader.duration("delay", 0us)) retry.delay = *pause;
    read_backoff(reader, retry);
    if (const auto pause = reader.duration("max_delay", 0us)) retry.max_delay = *pause;
    read_jitter(reader, retry);
    read_outcomes(reader, retry);
    reader.finish();
    return retry;
}

std::vector<FollowUp> read_follow_ups(TableReader& table) {
    std::vector<FollowUp> follow_ups;
    read_next_jobs(table, "then", ThenOn::success, follow_ups);
    read_next_jobs(table, "then_on_failure", ThenOn::failure, follow_ups);
    read_next_jobs(table, "then_always", ThenOn::always, follow_ups);
    return follow_ups;
}

}  // namespace punctual::program
