#include <punctual/schedulers/libevent.hpp>

#include <memory>
#include <utility>

#include "loops/libevent/libevent_loop.hpp"

namespace punctual {

LibeventScheduler::LibeventScheduler(event_base* base, SchedulerOptions options)
    : Scheduler(std::move(options),
                make_loop_driver(std::make_unique<detail::LibeventLoop>(base))) {}

}  // namespace punctual
