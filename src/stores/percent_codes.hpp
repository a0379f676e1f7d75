#pragma once
// Percent codes in the URLs of stores.

#include <string>
#include <string_view>

namespace punctual::detail {

/// `a%20b` is "a b". *Throws* ValueError for a code that is none, or of a zero byte; its text
/// continues a sentence: `has a "%zz" that is no percent code`.
[[nodiscard]] std::string decode_percent_codes(std::string_view text);

}  // namespace punctual::detail
