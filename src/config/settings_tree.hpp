#pragma once
// Settings in one form, whichever they were given in: nested tables without a prefix.

#include <punctual/value.hpp>

#include <string>
#include <string_view>

namespace punctual::detail {

/// The settings of a scheduler, and where they stand.
struct SettingsTree {
    Value settings;
    /// The prefix that was taken away; empty if there was none.
    std::string path;
};

/// Splits dotted keys into tables and takes `prefix`, or `apscheduler`, away. Where there is a
/// prefix, keys beside it belong to others and are passed over.
/// *Throws* SettingsError for a key that is given twice, for both prefixes at once, and for a key
/// of a scheduler that stands beside the prefix.
[[nodiscard]] SettingsTree settings_under(const Value& settings, std::string_view prefix);

}  // namespace punctual::detail
