#pragma once
// On which lines of a JSON text its keys stand: values do not remember it.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace punctual::detail {

/// The line of each key by its path, `executors.default.type`; lines are counted from 1. `text`
/// must be JSON that `Value::from_json` takes.
[[nodiscard]] std::map<std::string, std::size_t, std::less<>> json_key_lines(std::string_view text);

}  // namespace punctual::detail
