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
    const auto is_told = [&]<class E>(void (QtScheduler::*signal)(const E&)) {
        const auto* const found = event.get_if<E>();
        if (found != nullptr) emit(this->*signal)(*found);
        return found != nullptr;
    };
    const auto is_told_bare = [&](EventType type, void (QtScheduler::*signal)()) {
        if (event.type == type) emit(this->*signal)();
        return event.type == type;
    };
    static_cast<void>(
        is_told_bare(EventType::scheduler_started, &QtScheduler::scheduler_started) ||
        is_told_bare(EventType::scheduler_paused, &QtScheduler::scheduler_paused) ||
        is_told_bare(EventType::scheduler_resumed, &QtScheduler::scheduler_resumed) ||
        is_told_bare(EventType::scheduler_shutdown, &QtScheduler::scheduler_shut_down) ||
        is_told(&QtScheduler::job_added) || is_told(&QtScheduler::job_modified) ||
        is_told(&QtScheduler::job_removed) || is_told(&QtScheduler::job_submitted) ||
        is_told(&QtScheduler::job_progressed) || is_told(&QtScheduler::job_executed) ||
        is_told(&QtScheduler::job_failed) || is_told(&QtScheduler::job_cancelled) ||
        is_told(&QtScheduler::job_lost) || is_told(&QtScheduler::job_missed) ||
        is_told(&QtScheduler::job_skipped) || is_told(&QtScheduler::max_instances_reached) ||
        is_told(&QtScheduler::store_unavailable) || is_told(&QtScheduler::store_available));
}

}  // namespace punctual
