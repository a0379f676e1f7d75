#include "triggers/daylight_saving.hpp"

#include <fmt/format.h>

namespace punctual::detail {

std::string format_time_of_day(std::int64_t wall) {
    constexpr std::int64_t day = 86400;
    const std::int64_t second = (wall % day + day) % day;
    const std::string hour_and_minute = fmt::format("{:02}:{:02}", second / 3600, second / 60 % 60);
    return second % 60 == 0 ? hour_and_minute
                            : fmt::format("{}:{:02}", hour_and_minute, second % 60);
}

std::string explain_gap(std::int64_t wall) {
    return fmt::format("clock went forward; {} does not exist", format_time_of_day(wall));
}

std::string explain_fold(std::int64_t wall, bool first) {
    return fmt::format("clock went back; {} occurs twice, this is the {} time",
                       format_time_of_day(wall), first ? "first" : "second");
}

std::string note_moved(std::int64_t wall, std::int64_t run) {
    return fmt::format("the clock goes forward; {} does not exist, runs at {}",
                       format_time_of_day(wall), format_time_of_day(run));
}

std::string note_skipped(std::int64_t wall) {
    return fmt::format("the clock goes forward; {} does not exist, does not run",
                       format_time_of_day(wall));
}

std::string note_fold(std::int64_t wall, bool runs_twice) {
    return fmt::format("the clock goes back; {} occurs twice, runs {}", format_time_of_day(wall),
                       runs_twice ? "both times" : "the first time");
}

}  // namespace punctual::detail
