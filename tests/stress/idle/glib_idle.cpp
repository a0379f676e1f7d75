#include <punctual/schedulers/glib.hpp>

#include <glib.h>

#include "stress/idle/idle_scheduler.hpp"

namespace punctual::testing {
namespace {

void run(IdleScheduler& idle) {
    GMainContext* const context = g_main_context_new();
    GMainLoop* const loop = g_main_loop_new(context, FALSE);
    {
        GlibScheduler scheduler(context);
        idle.start(scheduler, [&] { g_main_loop_quit(loop); });
        g_main_loop_run(loop);
        idle.wait_until_let_go();
    }
    g_main_loop_unref(loop);
    g_main_context_unref(context);
}

const bool is_known = add_idle_kind({"glib", run});

}  // namespace
}  // namespace punctual::testing
