#include <punctual/retry.hpp>

#include <algorithm>
#include <string>

#include "triggers/jitter.hpp"

namespace punctual {
namespace {

// No pause comes near: 2^40 of the smallest one is two weeks, and the cap holds for longer ones.
constexpr int most_doublings = 40;

constexpr RunState states[] = {RunState::claimed,   RunState::started, RunState::succeeded,
                               RunState::failed,    RunState::missed,  RunState::skipped,
                               RunState::cancelled, RunState::lost};

[[noreturn]] void refuse(const char* member, const std::string& value, const char* needed) {
    throw ValueError(std::string("retry.") + member + " is " + value + ": " + needed);
}

}  // namespace

bool Retry::applies(RunState outcome, int attempt) const {
    return attempt < max_attempts && on.contains(outcome);
}

Duration Retry::delay_after(int attempt, std::string_view job_id, Instant scheduled) const {
    std::int64_t pause = std::min(delay, max_delay).count();
    if (backoff == Backoff::exponential) {
        const int doublings = std::clamp(attempt - 1, 0, most_doublings);
        for (int i = 0; i < doublings && pause < max_delay.count(); ++i) pause *= 2;
    }
    pause = std::min(pause, max_delay.count());
    const auto share = static_cast<std::int64_t>(static_cast<double>(pause) * jitter);
    const Duration longest = std::chrono::microseconds(share);
    // Attempts of one run differ as instants do.
    const Instant salt = scheduled + std::chrono::microseconds(attempt);
    return std::chrono::microseconds(pause) + detail::jitter_delay(job_id, salt, longest);
}

void check_retry(const Retry& retry) {
    if (retry.max_attempts < 1) {
        refuse("max_attempts", std::to_string(retry.max_attempts), "it must be at least 1");
    }
    if (retry.delay.count() < 0 || retry.delay == unlimited) {
        refuse("delay", format_duration(retry.delay), "it must be 0s or longer, and not unlimited");
    }
    if (retry.max_delay.count() < 0 || retry.max_delay == unlimited) {
        refuse("max_delay", format_duration(retry.max_delay),
               "it must be 0s or longer, and not unlimited");
    }
    if (!(retry.jitter >= 0 && retry.jitter <= 1)) {
        refuse("jitter", Value(retry.jitter).to_json(), "it must be from 0 to 1");
    }
    for (const RunState outcome : states) {
        if (!retry.on.contains(outcome)) continue;
        if (outcome != RunState::failed && outcome != RunState::cancelled &&
            outcome != RunState::lost) {
            refuse("on", std::string(to_string(outcome)), "it can have failed, cancelled and lost");
        }
    }
}

Value Codec<RunOutcomes>::encode(const RunOutcomes& outcomes) {
    Value::Array names;
    for (const RunState outcome : states) {
        if (outcomes.contains(outcome)) names.emplace_back(to_string(outcome));
    }
    return Value(std::move(names));
}

RunOutcomes Codec<RunOutcomes>::decode(const Value& value) {
    RunOutcomes outcomes({});
    for (const Value& name : value.as_array()) outcomes.add(Codec<RunState>::decode(name));
    return outcomes;
}

Value Codec<Backoff>::encode(Backoff backoff) {
    return backoff == Backoff::fixed ? "fixed" : "exponential";
}

Backoff Codec<Backoff>::decode(const Value& value) {
    const std::string& text = value.as_text();
    if (text == "fixed") return Backoff::fixed;
    if (text == "exponential") return Backoff::exponential;
    throw SerializationError("\"" + text + "\" is no backoff; it can be fixed or exponential");
}

}  // namespace punctual
