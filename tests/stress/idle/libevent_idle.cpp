#include <punctual/schedulers/libevent.hpp>

#include <event2/event.h>

#include "stress/idle/idle_scheduler.hpp"

namespace punctual::testing {
namespace {

void run(IdleScheduler& idle) {
    event_base* const base = event_base_new();
    {
        LibeventScheduler scheduler(base);
        idle.start(scheduler);
        event_base_dispatch(base);
        idle.wait_until_let_go();
    }
    event_base_free(base);
}

const bool is_known = add_idle_kind({"libevent", run});

}  // namespace
}  // namespace punctual::testing
