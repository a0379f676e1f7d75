#include "loops/fiber/fiber_starter.hpp"

#include <boost/fiber/fiber.hpp>
#include <boost/fiber/fss.hpp>

#include <exception>

#include "loops/loop_executor.hpp"
#include "loops/loop_run.hpp"

namespace punctual::detail {
namespace {

// The run that each fiber is inside of: a thread has many that are not over.
boost::fibers::fiber_specific_ptr<LoopRun>& run_of_fiber() {
    static boost::fibers::fiber_specific_ptr<LoopRun> run([](LoopRun*) {});
    return run;
}

const RunSink* executing_in_fiber() {
    const LoopRun* run = run_of_fiber().get();
    return run == nullptr ? nullptr : run->sink();
}

RunResult result_of_call(LoopRun& run) noexcept {
    try {
        return {.result = run.call().invoke(run.context())};
    } catch (...) {
        return result_of(std::current_exception());
    }
}

}  // namespace

bool FiberStarter::start(RunTicket& ticket, LoopExecutor& executor) noexcept {
    if (!ticket.may_begin()) return true;
    set_executing_lookup(executing_in_fiber);
    const auto run = std::make_shared<LoopRun>(std::move(ticket), executor);
    executor.goes_on(run);
    run->watch_stop();
    try {
        boost::fibers::fiber(boost::fibers::launch::post, [run, ended = ended_] {
            run_of_fiber().reset(run.get());
            run->finish(result_of_call(*run));
            ended->ring();
        }).detach();
    } catch (...) {
        run->finish(result_of(std::current_exception()));
    }
    return false;
}

std::string FiberStarter::refuse(const JobDefinition& job) const {
    const CoroutineType* type = job.call.callable()->coroutine();
    return type == nullptr ? std::string() : why_not_a_function(*type);
}

}  // namespace punctual::detail
