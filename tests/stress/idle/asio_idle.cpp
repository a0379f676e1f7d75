#include <punctual/schedulers/asio.hpp>

#include <boost/asio/io_context.hpp>

#include "stress/idle/idle_scheduler.hpp"

namespace punctual::testing {
namespace {

void run(IdleScheduler& idle) {
    boost::asio::io_context io;
    AsioScheduler scheduler(io);
    idle.start(scheduler);
    io.run();
    idle.wait_until_let_go();
}

const bool is_known = add_idle_kind({"asio", run});

}  // namespace
}  // namespace punctual::testing
