#pragma once
// Triggers made of triggers.
//
//     Trigger either = cron({.hour = 9}) || cron({.hour = 17});
//     Trigger fridays = all_of({cron({.day = "13"}), cron({.day_of_week = "fri"})});
//     Trigger workdays = except(cron({.day_of_week = "mon-fri", .hour = 9}),
//                               {.dates = {"2025-12-25", {"2025-12-31", "2026-01-02"}}});

#include <punctual/time.hpp>
#include <punctual/trigger.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace punctual {

/// Options of `all_of`.
struct AndOptions {
    /// How far apart instants may lie and still count as one: less than this; 0: they are equal.
    Duration threshold = std::chrono::seconds(1);
    /// For the children that name no zone of their own.
    TimeZone timezone = {};
    /// The most by which a run is delayed.
    Duration jitter = {};
};

/// Options of `any_of`.
struct OrOptions {
    /// For the children that name no zone of their own.
    TimeZone timezone = {};
    /// The most by which a run is delayed.
    Duration jitter = {};
};

/// One date, or all dates from the first to the last.
class DateRange {
public:
    /// *Throws* TriggerError if the last date lies before the first, or one has a time of day.
    DateRange(When first, When last);
    DateRange(When date) : DateRange(date, date) {}                         // NOLINT
    DateRange(const char* date) : DateRange(When(date)) {}                  // NOLINT
    DateRange(const std::string& date) : DateRange(When(date)) {}           // NOLINT
    DateRange(std::chrono::year_month_day date) : DateRange(When(date)) {}  // NOLINT

    [[nodiscard]] std::chrono::local_days first() const { return first_; }
    [[nodiscard]] std::chrono::local_days last() const { return last_; }

private:
    std::chrono::local_days first_;
    std::chrono::local_days last_;
};

/// Options of `except`.
struct ExceptOptions {
    /// Days on which nothing fires.
    std::vector<DateRange> dates = {};
    /// Triggers whose instants are left out.
    std::vector<Trigger> triggers = {};
    /// Of the dates, and of the triggers that name none of their own; none: the zone of the trigger
    /// that is restricted, or else the scheduler's.
    TimeZone timezone = {};
    /// The most by which a run is delayed.
    Duration jitter = {};
};

/// The instants e that some trigger names and for which every one has an instant in
/// [e, e + threshold). `next` and `previous` *throw* SearchLimitError after 100,000 steps without
/// an answer. *Throws* TriggerError if `triggers` is empty or one of them has jitter.
[[nodiscard]] Trigger all_of(std::vector<Trigger> triggers, const AndOptions& options = {});

/// The instants that any of them names; one that several name fires once.
/// *Throws* TriggerError if `triggers` is empty or one of them has jitter.
[[nodiscard]] Trigger any_of(std::vector<Trigger> triggers, const OrOptions& options = {});

/// The instants of `trigger`, less those on the dates and those that the other triggers name.
/// `next` and `previous` *throw* SearchLimitError after 100,000 steps without an answer. *Throws*
/// TriggerError if there is nothing to leave out, or a trigger has jitter.
[[nodiscard]] Trigger except(Trigger trigger, const ExceptOptions& options);

}  // namespace punctual
