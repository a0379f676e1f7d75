#pragma once
// Text from elsewhere, such as a server's error, as a part of a message.

#include <string>

namespace punctual::detail {

/// With spaces for line breaks and the like, as it stands in a log or in the cell of a table.
[[nodiscard]] std::string on_one_line(std::string text);

}  // namespace punctual::detail
