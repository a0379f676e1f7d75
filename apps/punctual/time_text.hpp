#pragma once
// Times as people read them at a glance; machines get `format_instant`.

#include <punctual/time.hpp>

#include <string>

namespace punctual::program {

/// "Mon 2025-03-31 02:30:00 +02:00".
[[nodiscard]] std::string format_for_people(Instant instant, TimeZone zone);
/// "2025-03-31 02:30:00".
[[nodiscard]] std::string format_wall_time(Instant instant, TimeZone zone);
/// About how long: "85ms", "1.2s", "2m 05s", "3h 12m".
[[nodiscard]] std::string format_rough(Duration length);

}  // namespace punctual::program
