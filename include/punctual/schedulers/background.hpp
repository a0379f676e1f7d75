#pragma once
// A scheduler with a thread of its own: `start` returns at once.

#include <punctual/scheduler.hpp>

namespace punctual {

class BackgroundScheduler final : public Scheduler {
public:
    /// *Throws* ConfigurationError for an option out of range.
    explicit BackgroundScheduler(SchedulerOptions options = {});
};

}  // namespace punctual
