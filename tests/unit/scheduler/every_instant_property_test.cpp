// Whatever happens to a scheduler, each instant of a job is on record exactly once, and what the
// record calls a success has run exactly once.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

Trigger any_trigger() {
    const Duration jitter = *rc::gen::element(Duration(0s), Duration(3s));
    if (*rc::gen::arbitrary<bool>()) {
        return interval(std::chrono::seconds(*rc::gen::inRange(1, 40)), {.jitter = jitter});
    }
    return cron({.second = "*/" + std::to_string(*rc::gen::inRange(5, 50)), .jitter = jitter});
}

JobOptions any_options() {
    JobOptions options;
    options.id = "job";
    options.executor = *rc::gen::element("default", "held");
    options.coalesce = *rc::gen::arbitrary<bool>();
    options.max_instances = *rc::gen::inRange(1, 4);
    options.max_catch_up = *rc::gen::inRange(1, 10);
    if (*rc::gen::arbitrary<bool>()) {
        options.misfire_grace_time = std::chrono::seconds(*rc::gen::inRange(1, 100));
    }
    return options;
}

/// A scheduler with one job, and what may happen to it.
class Life {
public:
    Life() {
        scheduler.start();
        scheduler.add_job([this](RunContext& run) { ran.push_back(run.scheduled()); },
                          any_trigger(), any_options());
    }

    void happen() {
        switch (*rc::gen::inRange(0, 8)) {
            case 0:
                scheduler.clock().advance(any_length());
                return scheduler.run_pending();
            case 1:
                return restart();
            case 2:
                held->finish_one();
                return scheduler.run_pending();
            case 3:
                scheduler.pause_job("job");
                scheduler.clock().advance(any_length());
                scheduler.resume_job("job");
                return scheduler.run_pending();
            case 4:
                scheduler.clock().set(scheduler.now() - any_length());
                return scheduler.run_pending();
            case 5:
                scheduler.modify_job("job", {.max_instances = *rc::gen::inRange(1, 4)});
                return;
            default:
                return scheduler.run_for(any_length());
        }
    }
    void come_to_rest() {
        scheduler.run_pending();
        for (int round = 0; round < 200 && held->finish_one(); ++round) scheduler.run_pending();
    }

    std::shared_ptr<HeldExecutor> held = std::make_shared<HeldExecutor>();
    std::vector<Instant> ran;
    TestingScheduler scheduler{{.executors = {{"default", inline_executor()}, {"held", held}}},
                               begin};

private:
    static Duration any_length() { return std::chrono::seconds(*rc::gen::inRange(1, 120)); }
    void restart() {
        scheduler.shutdown();
        scheduler.clock().advance(any_length());
        scheduler.start();
    }
};

/// The instants on record, with ranges unrolled.
std::vector<Instant> recorded_instants(const Trigger& trigger,
                                       const std::vector<RunRecord>& records) {
    std::vector<Instant> instants;
    for (const RunRecord& record : records) {
        std::int64_t count = 0;
        std::optional<Instant> at = record.scheduled;
        for (; at && *at <= record.until; at = trigger.next(*at), ++count) instants.push_back(*at);
        RC_ASSERT(count == record.count);
    }
    std::ranges::sort(instants);
    return instants;
}

/// Those that the trigger names before the run that is due next; jitter keeps their order.
std::vector<Instant> named_instants(const Trigger& trigger, Instant next_due) {
    std::vector<Instant> instants;
    auto at = trigger.next(begin - 1us);
    for (; at && trigger.due("job", *at) < next_due; at = trigger.next(*at))
        instants.push_back(*at);
    return instants;
}

RC_GTEST_PROP(EveryInstant, IsOnRecordOnce, ()) {
    Life life;
    const int events = *rc::gen::inRange(1, 15);
    for (int i = 0; i < events; ++i) life.happen();
    life.come_to_rest();

    const Job job = life.scheduler.get_job("job");
    const auto records = life.scheduler.get_runs({.limit = 100'000});
    RC_ASSERT(job.running() == 0);
    RC_ASSERT(recorded_instants(job.trigger(), records) ==
              named_instants(job.trigger(), job.next_run_time().value()));
    std::vector<Instant> succeeded;
    for (const RunRecord& record : records) {
        if (record.state == RunState::succeeded) succeeded.push_back(record.scheduled);
    }
    std::ranges::sort(succeeded);
    std::ranges::sort(life.ran);
    RC_ASSERT(succeeded == life.ran);
}

}  // namespace
}  // namespace punctual::testing
