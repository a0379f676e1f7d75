// Jobs in a GLib main context; see loop_benchmark.hpp.

#include <punctual/schedulers/glib.hpp>

#include <glib.h>

#include "loop_benchmark.hpp"
#include "loops/glib/glib_loop.hpp"

namespace {

class Loop {
public:
    Loop() = default;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() {
        g_main_loop_unref(loop_);
        g_main_context_unref(context_);
    }

    [[nodiscard]] std::unique_ptr<punctual::Executor> make_executor() const {
        return std::make_unique<punctual::detail::StandaloneExecutor>(
            std::make_unique<punctual::detail::GlibLoop>(context_), nullptr);
    }
    [[nodiscard]] auto make_scheduler() const {
        return std::make_unique<punctual::GlibScheduler>(context_);
    }
    void run() { g_main_loop_run(loop_); }
    void quit() { g_main_loop_quit(loop_); }
    void post(void (*function)(void*), void* data) {
        auto* const posted = new Posted{function, data};
        GSource* const source = g_idle_source_new();
        g_source_set_callback(source, call, posted, nullptr);
        g_source_attach(source, context_);
        g_source_unref(source);
    }

private:
    struct Posted {
        void (*function)(void*);
        void* data;
    };
    static gboolean call(void* data) {
        const std::unique_ptr<Posted> posted(static_cast<Posted*>(data));
        posted->function(posted->data);
        return G_SOURCE_REMOVE;
    }
    GMainContext* context_ = g_main_context_new();
    GMainLoop* loop_ = g_main_loop_new(context_, FALSE);
};

BENCHMARK(loop_benchmark::fire<Loop>)->Name("glib/fire")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_whole<Loop>)->Name("glib/scheduler")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_bare<Loop>)->Name("limit/glib/fire")->Arg(100'000)->UseManualTime();

}  // namespace
