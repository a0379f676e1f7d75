#pragma once
// Every so many years, months, weeks and days, at one time of the wall clock.
//
//     Trigger monthly = calendar_interval({.months = 1, .hour = 9, .start_date = "2025-01-31"});
//
// From 2025-01-31 on that fires on 31 January, 31 March, 31 May: a step keeps the day of the month
// and passes over months that lack it.

#include <punctual/time.hpp>
#include <punctual/trigger.hpp>

namespace punctual {

/// Options of `calendar_interval`. Of the first four at least one must be positive.
struct CalendarIntervalOptions {
    int years = 0;
    int months = 0;
    int weeks = 0;
    int days = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    /// The first date (without a time); none: the day of adding.
    When start_date = {};
    /// The last date (without a time); its whole day belongs to it.
    When end_date = {};
    /// Whose wall clock it is; none: the scheduler's.
    TimeZone timezone = {};
    /// The most by which a run is delayed.
    Duration jitter = {};
    /// What happens where the clock skips or repeats the time; `literal` acts as `skip`, for there
    /// is one run a date.
    Dst dst = Dst::once;
};

/// Fires at the given time on the start date and on each date reached from it, step by step, up to
/// the year 9999. A step adds the years and months, again and again until the month has the day,
/// then the weeks and days. *Throws* TriggerError that names the option, the value and what would
/// be right.
[[nodiscard]] Trigger calendar_interval(const CalendarIntervalOptions& options);

}  // namespace punctual
