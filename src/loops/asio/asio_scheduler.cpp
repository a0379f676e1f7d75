#include <punctual/schedulers/asio.hpp>

#include <memory>
#include <utility>

#include "loops/asio/asio_loop.hpp"
#include "loops/asio/asio_starter.hpp"
#include "loops/loop_driver.hpp"
#include "loops/standalone_executor.hpp"

namespace punctual {
namespace {

constexpr int default_max_runs = 10'000;

std::unique_ptr<detail::RunStarter> starter(boost::asio::io_context& context, int max_runs) {
    return std::make_unique<detail::AsioStarter>(context, static_cast<std::size_t>(max_runs));
}

}  // namespace

AsioScheduler::AsioScheduler(boost::asio::io_context& context, SchedulerOptions options)
    : Scheduler(std::move(options),
                detail::make_loop_driver(std::make_unique<detail::AsioLoop>(context),
                                         starter(context, default_max_runs))) {}

ExecutorSpec asio_executor(boost::asio::io_context& context, int max_runs) {
    if (max_runs < 1) {
        throw ConfigurationError("max_runs of an asio_executor is " + std::to_string(max_runs) +
                                 ": it must be at least 1");
    }
    return std::make_shared<detail::StandaloneExecutor>(std::make_unique<detail::AsioLoop>(context),
                                                        starter(context, max_runs));
}

}  // namespace punctual
