#pragma once
// The tasks of this process, by name.

#include <punctual/task.hpp>

#include <memory>
#include <string_view>

namespace punctual::detail {

/// Null if there is none. *Thread safety*: safe.
[[nodiscard]] std::shared_ptr<const TaskBinder> find_task(std::string_view name);

}  // namespace punctual::detail
