#include <punctual/schedulers/fiber.hpp>

#include <memory>
#include <utility>

#include "loops/fiber/fiber_loop.hpp"
#include "loops/fiber/fiber_starter.hpp"
#include "loops/loop_driver.hpp"

namespace punctual {
namespace {

// Each has a stack, of which it uses some 10 KB.
constexpr std::size_t most_runs = 1'000;

std::unique_ptr<Driver> make_driver() {
    const auto happened = std::make_shared<detail::FiberBell>();
    return detail::make_loop_driver(std::make_unique<detail::FiberLoop>(happened),
                                    std::make_unique<detail::FiberStarter>(happened, most_runs));
}

}  // namespace

FiberScheduler::FiberScheduler(SchedulerOptions options)
    : Scheduler(std::move(options), make_driver()) {}

}  // namespace punctual
