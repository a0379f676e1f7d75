#include "stress/idle/idle_scheduler.hpp"

#include <punctual/triggers/interval.hpp>

#include <chrono>

#include <utility>

#include <pthread.h>

namespace punctual::testing {

IdleScheduler::IdleScheduler(IdleKind kind)
    : thread_([this, kind = std::move(kind)] {
          // The threads that it starts are called so too.
          pthread_setname_np(pthread_self(), kind.name.c_str());
          kind.run(*this);
      }) {}

void IdleScheduler::start(Scheduler& scheduler, std::function<void()> over) {
    scheduler_ = &scheduler;
    scheduler.on<SchedulerStarted>([this](const SchedulerStarted&) { started_.count_down(); });
    scheduler.on<SchedulerShutdown>([over = std::move(over)](const SchedulerShutdown&) { over(); });
    scheduler.add_job([] {}, interval(std::chrono::hours(1)));
    scheduler.start();
}

void IdleScheduler::shut_down() {
    scheduler_->shutdown();
    let_go_.count_down();
}

}  // namespace punctual::testing
