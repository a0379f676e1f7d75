#pragma once
// An executor in settings.

#include <punctual/config.hpp>

#include "config/settings_reader.hpp"

namespace punctual::detail {

/// The executor that the keys `type` or `class`, and `max_workers`, ask for. *Throws* SettingsError
/// that names the key, the value and what is allowed.
[[nodiscard]] ExecutorSpec read_executor(SettingsReader& reader);

}  // namespace punctual::detail
