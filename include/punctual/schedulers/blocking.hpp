#pragma once
// A scheduler that is the program: `start` returns when another thread, a job, a listener or a
// signal handler's thread calls `shutdown`.

#include <punctual/scheduler.hpp>

namespace punctual {

class BlockingScheduler final : public Scheduler {
public:
    /// *Throws* ConfigurationError for an option out of range.
    explicit BlockingScheduler(SchedulerOptions options = {});
};

}  // namespace punctual
