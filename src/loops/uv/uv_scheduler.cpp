#include <punctual/schedulers/uv.hpp>

#include <memory>
#include <utility>

#include "loops/uv/uv_loop.hpp"

namespace punctual {
namespace {

constexpr int threads_for_jobs_that_block = 4;

SchedulerOptions with_threads(SchedulerOptions options) {
    options.executors.try_emplace("threads", thread_pool(threads_for_jobs_that_block));
    return options;
}

}  // namespace

UvScheduler::UvScheduler(uv_loop_s* loop, SchedulerOptions options)
    : Scheduler(with_threads(std::move(options)),
                make_loop_driver(std::make_unique<detail::UvLoop>(loop))) {}

}  // namespace punctual
