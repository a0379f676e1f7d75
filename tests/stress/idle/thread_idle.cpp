#include <punctual/schedulers/background.hpp>
#include <punctual/schedulers/blocking.hpp>

#include "stress/idle/idle_scheduler.hpp"

namespace punctual::testing {
namespace {

void run_background(IdleScheduler& idle) {
    BackgroundScheduler scheduler;
    idle.start(scheduler);
    idle.wait_until_let_go();
}

void run_blocking(IdleScheduler& idle) {
    BlockingScheduler scheduler;
    idle.start(scheduler);
    idle.wait_until_let_go();
}

const bool knows_background = add_idle_kind({"background", run_background});
const bool knows_blocking = add_idle_kind({"blocking", run_blocking});

}  // namespace
}  // namespace punctual::testing
