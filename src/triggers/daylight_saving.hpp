#pragma once
// The words in which triggers tell what a change of the clocks does to them. All wall times are in
// seconds, counted as if they were UTC.

#include <cstdint>
#include <string>

namespace punctual::detail {

/// The time of day of a wall second: "02:30", with seconds where there are any.
[[nodiscard]] std::string format_time_of_day(std::int64_t wall);

/// Why an instant stands for a wall time in a gap.
[[nodiscard]] std::string explain_gap(std::int64_t wall);
/// Why an instant is only one of two at which the clock shows `wall`.
[[nodiscard]] std::string explain_fold(std::int64_t wall, bool first = true);

/// What a change of the clocks does to a time in a gap that runs at `run` instead.
[[nodiscard]] std::string note_moved(std::int64_t wall, std::int64_t run);
/// What a change of the clocks does to a time in a gap that does not run.
[[nodiscard]] std::string note_skipped(std::int64_t wall);
/// What a change of the clocks does to a time that occurs twice.
[[nodiscard]] std::string note_fold(std::int64_t wall, bool runs_twice);

}  // namespace punctual::detail
