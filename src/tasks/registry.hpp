#pragma once
// The tasks of this process, by name.

#include <punctual/task.hpp>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace punctual::detail {

/// Null if there is none. *Thread safety*: safe.
[[nodiscard]] std::shared_ptr<const TaskBinder> find_task(std::string_view name);

/// Of all tasks of this process. *Thread safety*: safe.
[[nodiscard]] std::set<std::string, std::less<>> task_names();

}  // namespace punctual::detail
