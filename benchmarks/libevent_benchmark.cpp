// Jobs in a libevent loop; see loop_benchmark.hpp.

#include <punctual/schedulers/libevent.hpp>

#include <event2/event.h>

#include "loop_benchmark.hpp"
#include "loops/libevent/libevent_loop.hpp"

namespace {

class Loop {
public:
    Loop() = default;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() { event_base_free(base_); }

    [[nodiscard]] std::unique_ptr<punctual::Executor> make_executor() const {
        return std::make_unique<punctual::detail::StandaloneExecutor>(
            std::make_unique<punctual::detail::LibeventLoop>(base_), nullptr);
    }
    [[nodiscard]] auto make_scheduler() const {
        return std::make_unique<punctual::LibeventScheduler>(base_);
    }
    void run() { event_base_loop(base_, EVLOOP_NO_EXIT_ON_EMPTY); }
    void quit() { event_base_loopbreak(base_); }
    void post(void (*function)(void*), void* data) {
        auto* const posted = new Posted{function, data};
        const timeval now{};
        event_base_once(base_, -1, EV_TIMEOUT, call, posted, &now);
    }

private:
    struct Posted {
        void (*function)(void*);
        void* data;
    };
    static void call(evutil_socket_t, short, void* data) {
        const std::unique_ptr<Posted> posted(static_cast<Posted*>(data));
        posted->function(posted->data);
    }
    event_base* base_ = event_base_new();
};

BENCHMARK(loop_benchmark::fire<Loop>)->Name("libevent/fire")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_whole<Loop>)
    ->Name("libevent/scheduler")
    ->Arg(100'000)
    ->UseManualTime();
BENCHMARK(loop_benchmark::fire_bare<Loop>)
    ->Name("limit/libevent/fire")
    ->Arg(100'000)
    ->UseManualTime();

}  // namespace
