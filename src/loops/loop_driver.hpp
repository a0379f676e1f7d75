#pragma once
// The driver of event loops, for adapters in here whose jobs go on between turns.

#include <punctual/schedulers/loop.hpp>

#include <memory>

#include "loops/run_starter.hpp"

namespace punctual::detail {

/// Jobs are begun by `starter`. *Throws* ExecutorError if the system has no descriptor left.
[[nodiscard]] std::unique_ptr<Driver> make_loop_driver(std::unique_ptr<EventLoop> loop,
                                                       std::unique_ptr<RunStarter> starter);

}  // namespace punctual::detail
