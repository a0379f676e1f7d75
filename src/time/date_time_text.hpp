#pragma once
// Dates and times as text: `2024-01-02`, `2024-01-02 03:04`, `2024-01-02T03:04:05.25+02:00`.

#include <cstdint>
#include <string>
#include <string_view>

namespace punctual::detail {

/// What date and time text says, checked.
struct DateTimeText {
    enum class Kind : std::uint8_t { date, wall, instant };
    Kind kind;
    std::int64_t
        ticks;  ///< Microseconds since the epoch: UTC for an instant, otherwise on the wall.
};

/// *Throws* TimeFormatError that names the text and what would be right.
[[nodiscard]] DateTimeText parse_date_time(std::string_view text);

/// `2024-01-02` of a wall time in microseconds.
[[nodiscard]] std::string date_text(std::int64_t ticks);
/// `2024-01-02T03:04:05`, with a fraction only where there is one.
[[nodiscard]] std::string date_time_text(std::int64_t ticks);
/// `+02:00`, with seconds only where there are some.
[[nodiscard]] std::string offset_text(std::int64_t seconds);

}  // namespace punctual::detail
