#pragma once
// What the library says by itself: to spdlog's logger named "punctual" if the application
// registered one, otherwise to its default logger. Only troubles and rare events; runs are events
// for listeners.

#include <string_view>

namespace punctual::detail {

void log_info(std::string_view message);
void log_warning(std::string_view message);
void log_error(std::string_view message);

}  // namespace punctual::detail
