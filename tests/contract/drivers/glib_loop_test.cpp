#include <punctual/schedulers/glib.hpp>
#include <punctual/testing/driver_contract.hpp>

#include <glib.h>

namespace punctual::testing {
namespace {

class GlibUnderTest final : public LoopUnderTest {
public:
    ~GlibUnderTest() override {
        g_main_loop_unref(loop_);
        g_main_context_unref(context_);
    }

    std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) override {
        return std::make_shared<GlibScheduler>(context_, std::move(options));
    }
    void run(Scheduler&) override { g_main_loop_run(loop_); }
    void quit(Scheduler&) override { g_main_loop_quit(loop_); }
    void post(void (*function)(void*), void* data) override {
        auto* const posted = new Posted{function, data};
        GSource* const source = g_idle_source_new();
        g_source_set_priority(source, G_PRIORITY_DEFAULT);
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

    GMainContext* const context_ = g_main_context_new();
    GMainLoop* const loop_ = g_main_loop_new(context_, FALSE);
};

}  // namespace
}  // namespace punctual::testing

PUNCTUAL_LOOP_CONTRACT(Glib, punctual::testing::GlibUnderTest);
