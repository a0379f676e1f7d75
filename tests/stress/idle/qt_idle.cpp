#include <punctual/schedulers/qt.hpp>

#include <QCoreApplication>

#include "stress/idle/idle_scheduler.hpp"

namespace punctual::testing {
namespace {

void run(IdleScheduler& idle) {
    int count = 1;
    char name[] = "idle";
    char* arguments[] = {name, nullptr};
    QCoreApplication application(count, arguments);
    QtScheduler scheduler;
    idle.start(scheduler, [] { QCoreApplication::quit(); });
    QCoreApplication::exec();
    idle.wait_until_let_go();
}

const bool is_known = add_idle_kind({"qt", run});

}  // namespace
}  // namespace punctual::testing
