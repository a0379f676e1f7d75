#pragma once
// A line of crontab, as the Open Cron Pattern Specification 1.0 to 1.4 has it.

#include <string_view>

#include "triggers/cron_fields.hpp"

namespace punctual::detail {

/// *Throws* TriggerError that names the field, its value and what would be right. `@reboot` matches
/// nothing.
[[nodiscard]] CronFields parse_crontab(std::string_view expression);

}  // namespace punctual::detail
