#pragma once
// Signals as values: blocked in every thread, and waited for in one.

#include <punctual/time.hpp>

#include <optional>

namespace punctual::program {

/// Blocks SIGINT, SIGTERM and SIGHUP in the calling thread and all that it starts from then on; and
/// SIGPIPE, so that whoever reads the output may leave.
void block_signals();
/// The next of the first three; nothing if none came within `length`, or after `interrupt_wait`.
[[nodiscard]] std::optional<int> wait_for_signal(Duration length);
/// Ends the wait under way, or else the next one.
/// *Thread safety*: from any thread.
void interrupt_wait();

}  // namespace punctual::program
