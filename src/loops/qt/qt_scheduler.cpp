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

template <class E>
bool QtScheduler::pass_on_as(const Event& event, void (QtScheduler::*signal)(const E&)) {
    const auto* const found = event.get_if<E>();
    if (found != nullptr) emit(this->*signal)(*found);
    return found != nullptr;
}

void QtScheduler::pass_on(const Event& event) {
    emit told(event);
    switch (event.type) {
        case EventType::scheduler_started:
            emit scheduler_started();
            return;
        case EventType::scheduler_paused:
            emit scheduler_paused();
            return;
        case EventType::scheduler_resumed:
            emit scheduler_resumed();
            return;
        case EventType::scheduler_shutdown:
            emit scheduler_shut_down();
            return;
        default:
            break;
    }
    static_cast<void>(pass_on_as(event, &QtScheduler::job_added) ||
                      pass_on_as(event, &QtScheduler::job_modified) ||
                      pass_on_as(event, &QtScheduler::job_removed) ||
                      pass_on_as(event, &QtScheduler::job_submitted) ||
                      pass_on_as(event, &QtScheduler::job_progressed) ||
                      pass_on_as(event, &QtScheduler::job_executed) ||
                      pass_on_as(event, &QtScheduler::job_failed) ||
                      pass_on_as(event, &QtScheduler::job_cancelled) ||
                      pass_on_as(event, &QtScheduler::job_lost) ||
                      pass_on_as(event, &QtScheduler::job_missed) ||
                      pass_on_as(event, &QtScheduler::job_skipped) ||
                      pass_on_as(event, &QtScheduler::max_instances_reached) ||
                      pass_on_as(event, &QtScheduler::store_unavailable) ||
                      pass_on_as(event, &QtScheduler::store_available));
}

}  // namespace punctual
