#pragma once
// The defaults of jobs from settings.

#include <punctual/config.hpp>

#include "config/settings_reader.hpp"

namespace punctual::detail {

/// Fills in what the table `job_defaults` has. *Throws* SettingsError.
void read_job_defaults(SettingsReader& table, JobDefaults& defaults);

}  // namespace punctual::detail
