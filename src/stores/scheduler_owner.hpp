#pragma once
// Which scheduler a store on a server belongs to.

#include <string>
#include <string_view>

namespace punctual::detail {

/// A name for a scheduler of this process that no other has: host, process, when that began, the
/// machine, and a number of its own. Without spaces.
[[nodiscard]] std::string make_scheduler_owner();

/// "process 123 on host": for messages.
[[nodiscard]] std::string describe_scheduler_owner(std::string_view owner);

/// True if it is certain that the process of `owner` has ended: it ran on this machine.
[[nodiscard]] bool has_ended(std::string_view owner);

}  // namespace punctual::detail
