#pragma once
// Which kind of store or executor a table of settings asks for.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/settings_reader.hpp"

namespace punctual::detail {

/// A type by the name of APScheduler's class for it.
struct PartClass {
    std::string_view class_name;
    std::string_view type;
};

/// The key `type`, or the type that the key `class` stands for; nothing if both are missing.
/// *Throws* SettingsError for both at once and for a class that is not among `classes`.
[[nodiscard]] std::optional<std::string> read_part_type(SettingsReader& reader,
                                                        std::span<const PartClass> classes);

}  // namespace punctual::detail
