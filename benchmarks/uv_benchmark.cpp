// Jobs in a libuv loop; see loop_benchmark.hpp.

#include <punctual/schedulers/uv.hpp>

#include <uv.h>

#include "loop_benchmark.hpp"
#include "loops/uv/uv_loop.hpp"

namespace {

class Loop {
public:
    Loop() { uv_loop_init(&loop_); }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() {
        uv_run(&loop_, UV_RUN_DEFAULT);
        uv_loop_close(&loop_);
    }

    [[nodiscard]] std::unique_ptr<punctual::Executor> make_executor() {
        return std::make_unique<punctual::detail::StandaloneExecutor>(
            std::make_unique<punctual::detail::UvLoop>(&loop_), nullptr);
    }
    [[nodiscard]] auto make_scheduler() { return std::make_unique<punctual::UvScheduler>(&loop_); }
    void run() { uv_run(&loop_, UV_RUN_DEFAULT); }
    void quit() { uv_stop(&loop_); }
    void post(void (*function)(void*), void* data) {
        auto* const posted = new Posted{{}, function, data};
        uv_idle_init(&loop_, &posted->idle);
        posted->idle.data = posted;
        uv_idle_start(&posted->idle, call);
    }

private:
    struct Posted {
        uv_idle_t idle;
        void (*function)(void*);
        void* data;
    };
    static void call(uv_idle_t* idle) {
        auto* const posted = static_cast<Posted*>(idle->data);
        uv_idle_stop(idle);
        posted->function(posted->data);
        uv_close(reinterpret_cast<uv_handle_t*>(idle),
                 [](uv_handle_t* closed) { delete static_cast<Posted*>(closed->data); });
    }
    uv_loop_t loop_{};
};

BENCHMARK(loop_benchmark::fire<Loop>)->Name("uv/fire")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_whole<Loop>)->Name("uv/scheduler")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_bare<Loop>)->Name("limit/uv/fire")->Arg(100'000)->UseManualTime();

}  // namespace
