#pragma once
// Turns what happened to runs into events. Costs next to nothing for kinds that nobody listens to.

#include <punctual/event.hpp>
#include <punctual/stores/store.hpp>

#include <string>

#include "engine/decide.hpp"
#include "engine/event_bus.hpp"

namespace punctual::detail {

class RunReporter {
public:
    RunReporter(EventBus& bus, std::string store) : bus_(bus), store_(std::move(store)) {}

    void submitted(const ClaimedRun& run, Instant now);
    /// From any thread.
    void progressed(const ClaimedRun& run, const RunProgress& progress, Instant now);
    void settled(const Settlement& settlement, Instant now);
    void not_run(const JobDefinition& job, const NotRun& range, Instant now);
    void lost_reruns(const ClaimedRun& run, Instant now);
    /// `next` was to start after a run of `job`, and is not there.
    void next_job_missing(const JobDefinition& job, const std::string& next);
    void left(const JobDefinition& job, Instant now);
    void faulty(const SetAside& aside, Instant now);
    void record_refused(const Settlement& shortened);
    void unavailable(const std::string& reason, Instant now);
    void available(Instant now);

private:
    template <class E>
    void deliver(E event, Instant now);
    template <class E>
    E run_event(const ClaimedRun& run) const;
    template <class E>
    E end_event(const Settlement& settlement) const;
    template <class E>
    E not_run_event(const JobDefinition& job, const NotRun& range) const;

    EventBus& bus_;
    std::string store_;
};

}  // namespace punctual::detail
