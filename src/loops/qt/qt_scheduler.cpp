#include <punctual/schedulers/qt.hpp>

#include <memory>
#include <utility>

#include "loops/qt/qt_loop.hpp"

namespace punctual {

QtScheduler::QtScheduler(QObject* parent, SchedulerOptions options)
    : QObject(parent),
      Scheduler(std::move(options), make_loop_driver(std::make_unique<detail::QtLoop>(*this))),
      listener_(add_listener([this](const Event& event) { pass_on(event); })) {}

QtScheduler::~QtScheduler() {
    // What is told while the scheduler ends would come to an object without signals.
    remove_listener(listener_);
}

void QtScheduler::pass_on(const Event& event) {
    emit told(event);
    if (event.type == EventType::scheduler_started) emit scheduler_started();
    if (event.type == EventType::scheduler_shutdown) emit scheduler_shut_down();
    if (const auto* executed = event.get_if<JobExecuted>()) emit job_executed(*executed);
    if (const auto* failed = event.get_if<JobError>()) emit job_failed(*failed);
    if (const auto* missed = event.get_if<JobMissed>()) emit job_missed(*missed);
    if (const auto* progress = event.get_if<JobProgress>()) emit job_progressed(*progress);
}

}  // namespace punctual
