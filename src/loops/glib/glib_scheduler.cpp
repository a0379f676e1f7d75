#include <punctual/schedulers/glib.hpp>

#include <memory>
#include <utility>

#include "loops/glib/glib_loop.hpp"

namespace punctual {

GlibScheduler::GlibScheduler(_GMainContext* context, SchedulerOptions options)
    : Scheduler(std::move(options), make_loop_driver(std::make_unique<detail::GlibLoop>(context))) {
}

}  // namespace punctual
