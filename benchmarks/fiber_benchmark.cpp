// Jobs in fibers; see loop_benchmark.hpp. The bare loop launches as many fibers.

#include <punctual/schedulers/fiber.hpp>

#include <boost/fiber/condition_variable.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/mutex.hpp>
#include <boost/fiber/operations.hpp>

#include <mutex>

#include "loop_benchmark.hpp"
#include "loops/fiber/fiber_loop.hpp"
#include "loops/fiber/fiber_starter.hpp"

namespace {

class Loop {
public:
    [[nodiscard]] static std::unique_ptr<punctual::Executor> make_executor() {
        const auto ended = std::make_shared<punctual::detail::FiberBell>();
        return std::make_unique<punctual::detail::StandaloneExecutor>(
            std::make_unique<punctual::detail::FiberLoop>(ended),
            std::make_unique<punctual::detail::FiberStarter>(ended, 1'000));
    }
    [[nodiscard]] static auto make_scheduler() {
        return std::make_unique<punctual::FiberScheduler>();
    }
    void run() {
        std::unique_lock lock(waiting_->mutex);
        waiting_->over.wait(lock, [this] { return waiting_->is_over; });
    }
    void quit() {
        const std::lock_guard lock(waiting_->mutex);
        waiting_->is_over = true;
        waiting_->over.notify_one();
    }
    void post(void (*function)(void*), void* data) {
        boost::fibers::fiber(boost::fibers::launch::post, [=] { function(data); }).detach();
        // No more at once than the scheduler has, for each has a stack.
        if (++posted_ % 1'000 == 0) boost::this_fiber::yield();
    }

private:
    struct Waiting {
        boost::fibers::mutex mutex;
        boost::fibers::condition_variable over;
        bool is_over = false;
    };
    std::unique_ptr<Waiting> waiting_ = std::make_unique<Waiting>();
    std::size_t posted_ = 0;
};

BENCHMARK(loop_benchmark::fire<Loop>)->Name("fiber/fire")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_whole<Loop>)->Name("fiber/scheduler")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_bare<Loop>)->Name("limit/fiber/fire")->Arg(100'000)->UseManualTime();

}  // namespace
