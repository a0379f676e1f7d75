#pragma once
// A store in settings.

#include <punctual/config.hpp>

#include "config/settings_reader.hpp"

namespace punctual::detail {

/// The store that the keys `type` or `class`, `url` and `path` ask for. *Throws* SettingsError also
/// for a kind of store that this program does not have: it says what would bring it. No message
/// shows a URL, for it may hold a password.
[[nodiscard]] StoreSpec read_store(SettingsReader& reader);

}  // namespace punctual::detail
