// A scheduler in a GLib main context, as in a GTK program: jobs and listeners run on the thread of
// the main loop, so they may touch what belongs to it.

#include <punctual/punctual.hpp>
#include <punctual/schedulers/glib.hpp>

#include <cstdio>
#include <memory>

#include <glib.h>

using namespace punctual;

namespace {

using MainLoop = std::unique_ptr<GMainLoop, decltype(&g_main_loop_unref)>;

// A source of the application itself.
gboolean on_heartbeat(void* heartbeats) {
    ++*static_cast<int*>(heartbeats);
    return G_SOURCE_CONTINUE;
}

}  // namespace

int main() {
    const MainLoop loop(g_main_loop_new(nullptr, FALSE), g_main_loop_unref);
    int heartbeats = 0;
    g_timeout_add(100, on_heartbeat, &heartbeats);

    GlibScheduler scheduler;
    int ticks = 0;
    scheduler.add_job([&] { ++ticks; }, interval(200ms), {.id = "tick"});
    scheduler.add_job([&] { scheduler.shutdown(); }, at(system_clock()->now() + 1s),
                      {.id = "last"});
    scheduler.on<SchedulerShutdown>(
        [&](const SchedulerShutdown&) { g_main_loop_quit(loop.get()); });
    scheduler.start();

    g_main_loop_run(loop.get());
    std::printf("%d ticks, %d heartbeats\n", ticks, heartbeats);
    return ticks > 0 && heartbeats > 0 ? 0 : 1;
}
