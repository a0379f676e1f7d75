// A scheduler in a Qt program: jobs and slots run on the thread of the application, so they may
// touch its objects.

#include <punctual/punctual.hpp>
#include <punctual/schedulers/qt.hpp>

#include <cstdio>

#include <QCoreApplication>
#include <QTimer>

using namespace punctual;

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);

    // A timer of the application itself.
    int heartbeats = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] { ++heartbeats; });
    timer.start(100);

    auto* scheduler = new QtScheduler(&application);
    int ticks = 0;
    int reports = 0;
    QObject::connect(scheduler, &QtScheduler::job_executed, [&](const JobExecuted&) { ++reports; });
    QObject::connect(scheduler, &QtScheduler::scheduler_shut_down, &application,
                     &QCoreApplication::quit);
    scheduler->add_job([&] { ++ticks; }, interval(200ms), {.id = "tick"});
    scheduler->add_job([=] { scheduler->shutdown(); }, at(system_clock()->now() + 1s));
    scheduler->start();

    const int code = QCoreApplication::exec();
    std::printf("%d ticks, %d heartbeats, %d reports\n", ticks, heartbeats, reports);
    return code == 0 && ticks > 0 && heartbeats > 0 && reports > 0 ? 0 : 1;
}
