#include <punctual/schedulers/uv.hpp>

#include <memory>
#include <utility>

#include "loops/uv/uv_loop.hpp"

namespace punctual {

UvScheduler::UvScheduler(uv_loop_s* loop, SchedulerOptions options)
    : Scheduler(std::move(options), make_loop_driver(std::make_unique<detail::UvLoop>(loop))) {}

}  // namespace punctual
