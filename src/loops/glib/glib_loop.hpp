#pragma once
// A main context of GLib as an event loop.

#include <punctual/schedulers/loop.hpp>

#include <utility>

#include <glib-unix.h>
#include <glib.h>

namespace punctual::detail {

class GlibLoop final : public EventLoop {
public:
    explicit GlibLoop(GMainContext* context)
        : context_(g_main_context_ref(context == nullptr ? g_main_context_default() : context)) {}
    GlibLoop(const GlibLoop&) = delete;
    GlibLoop& operator=(const GlibLoop&) = delete;
    ~GlibLoop() override { g_main_context_unref(context_); }

    void watch(int descriptor, LoopTurns& turns) override {
        const GUnixFDSourceFunc call = [](gint, GIOCondition, gpointer watched) -> gboolean {
            static_cast<LoopTurns*>(watched)->turn();
            return G_SOURCE_CONTINUE;
        };
        source_ = g_unix_fd_source_new(descriptor, G_IO_IN);
        g_source_set_name(source_, "punctual");
        // A job that runs the loop from within does not stop the others.
        g_source_set_can_recurse(source_, TRUE);
        g_source_set_callback(source_, G_SOURCE_FUNC(call), &turns, nullptr);
        g_source_attach(source_, context_);
    }
    void unwatch() noexcept override {
        g_source_destroy(source_);
        g_source_unref(std::exchange(source_, nullptr));
    }

private:
    GMainContext* const context_;
    GSource* source_ = nullptr;
};

}  // namespace punctual::detail
