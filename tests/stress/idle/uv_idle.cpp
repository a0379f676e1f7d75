#include <punctual/schedulers/uv.hpp>

#include <uv.h>

#include "stress/idle/idle_scheduler.hpp"

namespace punctual::testing {
namespace {

void run(IdleScheduler& idle) {
    uv_loop_t loop;
    uv_loop_init(&loop);
    {
        UvScheduler scheduler(&loop);
        idle.start(scheduler);
        uv_run(&loop, UV_RUN_DEFAULT);
        idle.wait_until_let_go();
    }
    uv_loop_close(&loop);
}

const bool is_known = add_idle_kind({"uv", run});

}  // namespace
}  // namespace punctual::testing
