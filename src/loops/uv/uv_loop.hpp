#pragma once
// A libuv loop as an event loop.

#include <punctual/errors.hpp>
#include <punctual/schedulers/loop.hpp>

#include <map>
#include <string>
#include <utility>

#include <uv.h>

namespace punctual::detail {

class UvLoop final : public EventLoop {
public:
    explicit UvLoop(uv_loop_t* loop) : loop_(loop) {
        if (loop == nullptr) {
            throw ConfigurationError("a UvScheduler needs a uv_loop_t, not a null pointer");
        }
    }

    void watch(int descriptor, LoopTurns& turns) override {
        auto poll = std::make_unique<uv_poll_t>();
        check(uv_poll_init(loop_, poll.get(), descriptor));
        // From here on the loop knows the handle, and gives it back in its own time.
        poll_ = poll.release();
        poll_->data = &turns;
        const int error = uv_poll_start(poll_, UV_READABLE, [](uv_poll_t* watched, int, int) {
            static_cast<LoopTurns*>(watched->data)->turn();
        });
        if (error == 0) return;
        unwatch();
        check(error);
    }
    void unwatch() noexcept override {
        uv_poll_t* const poll = std::exchange(poll_, nullptr);
        uv_poll_stop(poll);
        uv_close(reinterpret_cast<uv_handle_t*>(poll),
                 [](uv_handle_t* closed) { delete reinterpret_cast<uv_poll_t*>(closed); });
    }

    [[nodiscard]] std::map<std::string, ExecutorSpec> executors() override {
        return {{"threads", thread_pool(threads_for_jobs_that_block)}};
    }

private:
    static constexpr int threads_for_jobs_that_block = 4;

    static void check(int error) {
        if (error == 0) return;
        throw ExecutorError(std::string("the libuv loop does not take the scheduler: ") +
                            uv_strerror(error));
    }

    uv_loop_t* const loop_;
    uv_poll_t* poll_ = nullptr;
};

}  // namespace punctual::detail
