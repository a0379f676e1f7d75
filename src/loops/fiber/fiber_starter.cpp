#include "loops/fiber/fiber_starter.hpp"

#include <boost/fiber/fiber.hpp>

#include <exception>

#include "loops/loop_executor.hpp"
#include "loops/loop_run.hpp"
#include "tasks/run_slot.hpp"

namespace punctual::detail {
namespace {

RunResult result_of_call(LoopRun& run) noexcept {
    const ExecutingGuard guard(run.sink());
    try {
        check_not_stopped(run.context());
        return {.result = run.call().invoke(run.context())};
    } catch (...) {
        return result_of(std::current_exception());
    }
}

}  // namespace

bool FiberStarter::start(RunTicket& ticket, LoopExecutor& executor) noexcept {
    if (!ticket.may_begin()) return true;
    const auto run = std::make_shared<LoopRun>(std::move(ticket), executor);
    executor.goes_on(run);
    run->watch_stop();
    try {
        boost::fibers::fiber(boost::fibers::launch::post, [run, happened = happened_] {
            run->finish(result_of_call(*run));
            happened->ring();
        }).detach();
    } catch (...) {
        run->finish(result_of(std::current_exception()));
    }
    return false;
}

}  // namespace punctual::detail
