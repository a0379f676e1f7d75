#pragma once
// A process that works with a store, and is killed at it.

#include <punctual/stores/store.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace punctual::contract {

/// Starts a process that makes passes over the store that `open` opens, and kills it after `passes`
/// passes and a while. Returns how it ended, as `waitpid` tells.
[[nodiscard]] int kill_a_worker(const std::function<std::shared_ptr<JobStore>()>& open, int passes,
                                std::chrono::microseconds pause);

}  // namespace punctual::contract
