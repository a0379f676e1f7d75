#include <punctual/schedulers/fiber.hpp>

#include <boost/fiber/future/promise.hpp>

#include "stress/idle/idle_scheduler.hpp"

namespace punctual::testing {
namespace {

void run(IdleScheduler& idle) {
    FiberScheduler scheduler;
    boost::fibers::promise<void> over;
    idle.start(scheduler, [&] { over.set_value(); });
    over.get_future().wait();
    idle.wait_until_let_go();
}

const bool is_known = add_idle_kind({"fiber", run});

}  // namespace
}  // namespace punctual::testing
