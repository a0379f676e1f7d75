#pragma once
// When the clock on the wall shows certain times: one line as in a crontab.
//
//     Trigger nightly = crontab("30 2 * * *", {.timezone = "Europe/Berlin"});
//     Trigger months_end = crontab("0 18 L * *");
//     Trigger hourly = crontab("@hourly");
//
// The syntax is the Open Cron Pattern Specification 1.4: minute, hour, day, month and weekday; a
// sixth field before them is the second, a seventh after them the year (1970 to 2199). 0 and 7 are
// Sunday. Where day and weekday are both restricted, either of them matches; with `+` before the
// weekday both must. The day also takes `L` (the last) and `15W` (the weekday nearest to the 15th),
// the weekday `FRI#2` (the second Friday), `FRIL` or `FRI#L` (the last).

#include <punctual/time.hpp>
#include <punctual/trigger.hpp>

#include <string_view>

namespace punctual {

/// Options of `crontab`.
struct CrontabOptions {
    /// No instant is earlier (inclusive).
    When start_date = {};
    /// No instant is later (inclusive).
    When end_date = {};
    /// Whose wall clock it is; none: the scheduler's, and UTC until that is known.
    TimeZone timezone = {};
    /// The most by which a run is delayed.
    Duration jitter = {};
    /// What happens where the clock skips or repeats a time. A schedule of all 24 hours follows
    /// elapsed time whatever this says.
    Dst dst = Dst::once;
};

/// Fires when the clock shows a time that `expression` matches; `@reboot` names no instant.
/// *Throws* TriggerError that names the field, its value and what would be right.
[[nodiscard]] Trigger crontab(std::string_view expression, const CrontabOptions& options = {});

/// True for `crontab("@reboot")`: its instants are the starts of the scheduler.
[[nodiscard]] bool is_reboot(const Trigger& trigger);

}  // namespace punctual
