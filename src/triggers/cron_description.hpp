#pragma once
// A cron schedule in English.

#include <string>

#include "triggers/cron_fields.hpp"

namespace punctual::detail {

/// "at 02:30, Monday to Friday", "every 5 minutes from 09:00 to 17:55, every day", and field by
/// field where there is no shorter way to say it.
[[nodiscard]] std::string describe_cron(const CronFields& fields);

}  // namespace punctual::detail
