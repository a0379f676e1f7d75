#pragma once
// A scheduler for tests: time passes when the test says so, as fast as the machine allows.
//
//     TestingScheduler scheduler({}, parse_instant("2025-03-29T00:00:00Z"));
//     std::vector<Instant> runs;
//     scheduler.add_job([&](RunContext& run) { runs.push_back(run.scheduled()); },
//                       crontab("30 2 * * *", {.timezone = "Europe/Berlin"}));
//     scheduler.start();
//     scheduler.run_for(std::chrono::days(365));            // a year, within milliseconds

#include <punctual/scheduler.hpp>
#include <punctual/testing/manual_clock.hpp>

#include <memory>

namespace punctual::testing {

/// Everything happens on the thread that calls it: passes over all stores, listeners, and jobs,
/// unless the options name other executors than the inline one that is the default here. *Thread
/// safety*: `run_…` and `wait_for_runs` from one thread; all else as `Scheduler`.
class TestingScheduler final : public Scheduler {
public:
    /// `options.clock` is replaced by a manual clock that shows `start`.
    explicit TestingScheduler(SchedulerOptions options = {},
                              Instant start = std::chrono::sys_days(std::chrono::year(2025) / 1 /
                                                                    1));
    ~TestingScheduler();

    /// As of any scheduler, but it keeps its clock and its inline executor.
    void configure(SchedulerOptions options);

    [[nodiscard]] ManualClock& clock() { return *clock_; }
    [[nodiscard]] Instant now() { return clock_->now(); }

    /// Does all that is due, without moving the clock.
    void run_pending();
    /// Moves the clock from one due instant to the next until `end`, and does what is due at each,
    /// `end` included. Runs on other threads are not waited for.
    void run_until(Instant end);
    void run_for(Duration length) { run_until(now() + length); }
    /// Blocks until no run is under way on other threads, and settles them.
    void wait_for_runs();

private:
    class ManualDriver;
    TestingScheduler(SchedulerOptions options, std::shared_ptr<ManualClock> clock,
                     ManualDriver* driver);
    std::shared_ptr<ManualClock> clock_;
    ManualDriver* driver_;  // the base owns it
};

}  // namespace punctual::testing
