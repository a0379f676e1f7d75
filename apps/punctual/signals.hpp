#pragma once
// Signals as values: blocked in every thread, and waited for in one.

#include <punctual/time.hpp>

#include <optional>

namespace punctual::program {

/// Blocks SIGINT, SIGTERM and SIGHUP in the calling thread and all that it starts from then on.
void block_signals();
/// The next one of them; nothing if none came within `length`.
[[nodiscard]] std::optional<int> wait_for_signal(Duration length);

}  // namespace punctual::program
