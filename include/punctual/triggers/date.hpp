#pragma once
// One instant.
//
//     Trigger opening = at("2025-03-30 09:00", {.timezone = "Europe/Berlin"});
//     Trigger now = at({});                                  // as soon as the job is added

#include <punctual/time.hpp>
#include <punctual/trigger.hpp>

namespace punctual {

/// Options of `at`.
struct DateOptions {
    /// In which a wall time is read; none: the scheduler's.
    TimeZone timezone = {};
};

/// Fires once, at `run_date`; for `When{}` at the time of adding. A wall time in a gap of the
/// clocks moves forward by the gap; one that occurs twice is the first.
[[nodiscard]] Trigger at(When run_date, const DateOptions& options = {});

}  // namespace punctual
