#pragma once
// How far a word is from the one that was meant, for "did you mean".

#include <cstddef>
#include <string_view>

namespace punctual::detail {

/// The number of insertions, deletions and replacements that turn one word into the other
/// (Levenshtein's distance). Its time grows with the product of the lengths.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace punctual::detail
