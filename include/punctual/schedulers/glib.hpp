#pragma once
// A scheduler in a GLib main context, as those of GTK and GNOME programs (component `glib`).
//
//     GlibScheduler scheduler;
//     scheduler.add_job([] { std::puts("tick"); }, interval(1s));
//     scheduler.start();
//     GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
//     g_main_loop_run(loop);

#include <punctual/scheduler.hpp>

struct _GMainContext;

namespace punctual {

/// Jobs, unless they name another executor, and all listeners run on the thread that iterates the
/// context, one after another, in bounded batches between its other sources, with GLib's default
/// priority.
///
/// *Thread safety*: as `Scheduler`; but construct, start and destroy it on the context's thread, or
/// while nothing iterates it. *Lifetime*: it holds a reference to the context.
class GlibScheduler final : public Scheduler {
public:
    /// `context`: a GMainContext; null means the default one, as in GLib. *Throws*
    /// ConfigurationError for an option out of range, ExecutorError if the system has no descriptor
    /// left.
    explicit GlibScheduler(_GMainContext* context = nullptr, SchedulerOptions options = {});
};

}  // namespace punctual
