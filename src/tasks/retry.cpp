#include <punctual/retry.hpp>

#include <algorithm>
#include <string>

#include "triggers/jitter.hpp"

namespace punctual {
namespace {

// No pause comes near: 2^40 of the smallest one is two weeks, and the cap holds for longer ones.
constexpr int most_doublings = 40;

[[noreturn]] void refuse(const char* member, const std::string& value, const char* needed) {
    throw ValueError(std::string("retry.") + member + " is " + value + ": " + needed);
}

}  // namespace

bool Retry::applies(RunState outcome, int attempt) const {
    return attempt < max_attempts && std::ranges::find(on, outcome) != on.end();
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
    for (const RunState outcome : retry.on) {
        if (outcome != RunState::failed && outcome != RunState::cancelled &&
            outcome != RunState::lost) {
            refuse("on", std::string(to_string(outcome)), "it can have failed, cancelled and lost");
        }
    }
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
