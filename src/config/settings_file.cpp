#include "config/settings_file.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>

#include "config/json_key_lines.hpp"

namespace punctual::detail {

namespace {

SettingsFile read_json_file(const std::string& path) {
    const std::string text = read_text_file(path);
    SettingsFile file;
    try {
        file.settings = Value::from_json(text);
    } catch (const SerializationError& error) {
        throw ConfigurationError(fmt::format("{}: {}", path, error.what()));
    }
    file.lines = json_key_lines(text);
    return file;
}

}  // namespace

SettingsFile read_settings_file(const std::string& path) {
    if (path.ends_with(".toml")) return read_toml_file(path);
    if (path.ends_with(".json")) return read_json_file(path);
    throw ConfigurationError(
        fmt::format("{}: a file of settings has a name that ends in .toml or .json", path));
}

}  // namespace punctual::detail
