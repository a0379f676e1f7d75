#pragma once
// Percent codes in the URLs of stores.

#include <string>
#include <string_view>

namespace punctual::detail {

/// `a%20b` is "a b". *Throws* ValueError for a code that is none, or of a zero byte; its text
/// continues a sentence: `has a "%zz" that is no percent code`.
[[nodiscard]] std::string decode_percent_codes(std::string_view text);

/// "a b" is `a%20b`: all bytes but letters, digits and those of `plain`.
[[nodiscard]] std::string encode_percent_codes(std::string_view text,
                                               std::string_view plain = "-._~/");

}  // namespace punctual::detail
