#pragma once
// What stays on record of a run whose record the store refuses for good: it is longer than a packet
// of the server, or than a document may be.

#include <punctual/stores/store.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace punctual::detail {

/// The same end of the run, without its output, result and progress where they are longer than
/// `kept` bytes, and with so much of the reason, which says what is missing and why. Empty if
/// nothing of it is that long.
[[nodiscard]] std::optional<Settlement> shortened(const Settlement& settlement, std::size_t kept,
                                                  std::string_view refusal);

}  // namespace punctual::detail
