#include "time_text.hpp"

#include <fmt/format.h>
#include <array>

namespace punctual::program {

std::string format_for_people(Instant instant, TimeZone zone) {
    constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const auto date = std::chrono::floor<std::chrono::days>(zone.wall_time(instant));
    const unsigned day = std::chrono::weekday(date).c_encoding();
    const auto offset = std::chrono::floor<std::chrono::minutes>(zone.offset(instant)).count();
    return fmt::format("{} {} {}{:02}:{:02}", days.at(day), format_wall_time(instant, zone),
                       offset < 0 ? '-' : '+', std::abs(offset) / 60, std::abs(offset) % 60);
}

std::string format_wall_time(Instant instant, TimeZone zone) {
    const WallTime wall = zone.wall_time(instant);
    const auto date = std::chrono::floor<std::chrono::days>(wall);
    const std::chrono::year_month_day day(date);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(wall - date));
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string format_rough(Duration length) {
    const auto milliseconds = std::chrono::round<std::chrono::milliseconds>(length).count();
    if (milliseconds < 1000) return fmt::format("{}ms", milliseconds);
    const auto tenths = (milliseconds + 50) / 100;
    if (tenths < 600) return fmt::format("{}.{}s", tenths / 10, tenths % 10);
    const auto seconds = (milliseconds + 500) / 1000;
    if (seconds < 3600) return fmt::format("{}m {:02}s", seconds / 60, seconds % 60);
    return fmt::format("{}h {:02}m", seconds / 3600, seconds / 60 % 60);
}

}  // namespace punctual::program
