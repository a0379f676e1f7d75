#pragma once
// The fields of `cron`, given by keyword.

#include <punctual/triggers/cron.hpp>

#include <array>
#include <cstddef>

#include "triggers/cron_fields.hpp"

namespace punctual::detail {

struct CronKeyword {
    const char* name;
    CronField CronOptions::*field;
};

/// From the most significant to the least.
inline constexpr std::array<CronKeyword, 8> cron_keywords = {
    {{"year", &CronOptions::year},
     {"month", &CronOptions::month},
     {"day", &CronOptions::day},
     {"week", &CronOptions::week},
     {"day_of_week", &CronOptions::day_of_week},
     {"hour", &CronOptions::hour},
     {"minute", &CronOptions::minute},
     {"second", &CronOptions::second}}};

/// *Throws* TriggerError that names the field, its value and what would be right.
[[nodiscard]] CronFields parse_cron(const CronOptions& options);

}  // namespace punctual::detail
