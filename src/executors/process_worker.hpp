#pragma once
// What a pool of processes has to know of its workers before it has any.

#include <punctual/stores/store.hpp>

#include <string>
#include <string_view>

namespace punctual::detail {

/// *Throws* ExecutorError, with what is to be done, if `main` has not called `process_worker` or
/// this process is a worker itself.
void check_can_have_workers();

/// True if the task was registered when `main` called `process_worker`, or nobody knows because it
/// has not done so.
[[nodiscard]] bool is_known_in_workers(std::string_view task);
/// Why not, and what is to be done.
[[nodiscard]] std::string task_missing_in_workers(std::string_view task);

/// The job's arguments as workers get them: JSON. *Throws* ExecutorError if they or the call itself
/// cannot be sent, with what is to be done.
[[nodiscard]] std::string arguments_for_worker(const JobDefinition& job);

}  // namespace punctual::detail
