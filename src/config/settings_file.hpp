#pragma once
// A file of settings, TOML or JSON by the end of its name.

#include <string>

#include "config/toml_document.hpp"

namespace punctual::detail {

/// JSON has the same parts: a value, and the line of each key.
using SettingsFile = TomlDocument;

/// *Throws* ConfigurationError for a file that cannot be read, is malformed, or is neither of both.
[[nodiscard]] SettingsFile read_settings_file(const std::string& path);

}  // namespace punctual::detail
