#pragma once
// Retries: how often, and how long after each other, a run is tried again that did not succeed.
//
//     scheduler.add_job(fetch_prices(), crontab("*/5 * * * *"),
//                       {.retry = Retry{.max_attempts = 5, .delay = 2s, .max_delay = 1min}});
//
// Each attempt is a run of its own, with its number (`RunContext::attempt`) and its record. While
// it waits for the next one the job holds no instance, and its schedule goes on; a store that
// outlives the process keeps the retries that wait.

#include <punctual/run.hpp>
#include <punctual/time.hpp>
#include <punctual/value.hpp>

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace punctual {

/// How the pause between attempts grows.
enum class Backoff : std::uint8_t {
    fixed,        ///< It stays.
    exponential,  ///< It doubles with each attempt.
};

/// A set of outcomes: `{RunState::failed, RunState::lost}`.
class RunOutcomes {
public:
    constexpr RunOutcomes(std::initializer_list<RunState> outcomes) {
        for (const RunState outcome : outcomes) add(outcome);
    }
    constexpr void add(RunState outcome) { bits_ = bits_ | bit_of(outcome); }
    [[nodiscard]] constexpr bool contains(RunState outcome) const {
        return (bits_ & bit_of(outcome)) != 0;
    }

    friend constexpr bool operator==(const RunOutcomes&, const RunOutcomes&) = default;

private:
    [[nodiscard]] static constexpr unsigned bit_of(RunState outcome) {
        return 1U << static_cast<unsigned>(outcome);
    }
    unsigned bits_ = 0;
};

/// As an array of their names.
template <>
struct Codec<RunOutcomes> {
    static Value encode(const RunOutcomes& outcomes);
    static RunOutcomes decode(const Value& value);
};

struct Retry {
    /// Attempts in all, the first one included; 1: none is repeated. At least 1.
    int max_attempts = 1;
    /// The pause between the end of the first attempt and the second. Not negative.
    Duration delay = std::chrono::seconds(10);
    Backoff backoff = Backoff::exponential;
    /// No pause is longer. Not negative.
    Duration max_delay = std::chrono::hours(1);
    /// A pause gets up to this share of itself on top, 0 to 1, so that jobs which failed together
    /// do not come back together. It is a hash of the job's id, the instant and the attempt: the
    /// same in every process.
    double jitter = 0.1;
    /// Which outcomes are tried again: failed, cancelled or lost. A time-out is a failure.
    RunOutcomes on = {RunState::failed};

    /// Whether an attempt that ended so is followed by another one.
    [[nodiscard]] bool applies(RunState outcome, int attempt) const;
    /// The pause after the attempt of this number.
    [[nodiscard]] Duration delay_after(int attempt, std::string_view job_id,
                                       Instant scheduled) const;

    friend bool operator==(const Retry&, const Retry&) = default;
};

/// "fixed" or "exponential".
template <>
struct Codec<Backoff> {
    static Value encode(Backoff backoff);
    static Backoff decode(const Value& value);
};

/// *Throws* ValueError that names the member which is out of range.
void check_retry(const Retry& retry);

}  // namespace punctual

PUNCTUAL_FIELDS(punctual::Retry, max_attempts, delay, backoff, max_delay, jitter, on)
