#pragma once
// Again and again after a fixed length of time.
//
//     Trigger often = interval(30s);
//     Trigger daily = interval({.days = 1, .start_date = "2025-01-01 09:00", .timezone = "UTC"});
//
// Time is elapsed time: a day is 24 hours, so a daily interval moves on the wall clock when
// daylight saving time begins. `cron` and `calendar_interval` follow the wall clock.

#include <punctual/time.hpp>
#include <punctual/trigger.hpp>

#include <type_traits>

namespace punctual {

/// How many of a unit: any number, whole or not.
class Amount {
public:
    constexpr Amount() = default;
    template <class Number>
    requires(std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool>) constexpr Amount(
        Number number)  // NOLINT(google-explicit-constructor)
        : number_(static_cast<double>(number)) {}

    [[nodiscard]] constexpr double number() const { return number_; }

private:
    double number_ = 0;
};

/// Options of `interval(Duration)`.
struct IntervalLimits {
    /// The first instant; none: one interval after the time of adding.
    When start_date = {};
    /// No instant is later (inclusive).
    When end_date = {};
    /// In which wall times are read; none: the scheduler's.
    TimeZone timezone = {};
    /// The most by which a run is delayed.
    Duration jitter = {};
};

/// Options of `interval`: the amounts add up, and the sum is rounded to microseconds once.
struct IntervalOptions {
    Amount weeks = {};
    /// Of 24 hours each.
    Amount days = {};
    Amount hours = {};
    Amount minutes = {};
    Amount seconds = {};
    /// The first instant; none: one interval after the time of adding.
    When start_date = {};
    /// No instant is later (inclusive).
    When end_date = {};
    /// In which wall times are read; none: the scheduler's.
    TimeZone timezone = {};
    /// The most by which a run is delayed.
    Duration jitter = {};
};

/// Fires at the start and each `length` after it.
/// *Throws* TriggerError if `length` is less than a microsecond.
[[nodiscard]] Trigger interval(Duration length, const IntervalLimits& limits = {});
/// As above, with the length in numbers of units.
[[nodiscard]] Trigger interval(const IntervalOptions& options);

}  // namespace punctual
