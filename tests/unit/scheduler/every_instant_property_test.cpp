// Whatever happens to a scheduler, each instant of a job is on record exactly once, and what the
// record says of attempts has happened exactly once.

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
    options.at_max_instances =
        *rc::gen::element(AtMaxInstances::skip, AtMaxInstances::queue, AtMaxInstances::replace);
    options.max_queued = *rc::gen::inRange(1, 5);
    options.retry = Retry{.max_attempts = *rc::gen::inRange(1, 4), .delay = 5s};
    return options;
}

/// A scheduler with one job, and what may happen to it.
class Life {
public:
    Life() {
        scheduler.start();
        const int failing = *rc::gen::inRange(1, 6);
        scheduler.add_job(
            [this, failing](RunContext& run) {
                ran.emplace_back(run.scheduled(), run.attempt());
                if (!resting_ && ran.size() % static_cast<std::size_t>(failing) == 1) throw 1;
            },
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
    /// Nothing runs, and nothing waits for its turn. Retries wait for their time.
    void come_to_rest() {
        resting_ = true;
        for (int round = 0; round < 1000; ++round) {
            scheduler.run_pending();
            while (held->finish_one()) scheduler.run_pending();
            const Job job = scheduler.get_job("job");
            if (job.running() == 0 && job.queued().empty()) return;
            scheduler.clock().advance(1s);
        }
    }

    std::shared_ptr<HeldExecutor> held = std::make_shared<HeldExecutor>();
    std::vector<std::pair<Instant, int>> ran;  // with the attempt
    TestingScheduler scheduler{{.executors = {{"default", inline_executor()}, {"held", held}}},
                               begin};

private:
    bool resting_ = false;

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
        if (record.attempt > 1) continue;
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
    RC_ASSERT(job.queued().empty());
    RC_ASSERT(recorded_instants(job.trigger(), records) ==
              named_instants(job.trigger(), job.next_run_time().value()));
    std::vector<std::pair<Instant, int>> executed;
    for (const RunRecord& record : records) {
        if (record.state == RunState::succeeded || record.state == RunState::failed) {
            executed.emplace_back(record.scheduled, record.attempt);
        }
    }
    std::ranges::sort(executed);
    std::ranges::sort(life.ran);
    RC_ASSERT(executed == life.ran);
}

}  // namespace
}  // namespace punctual::testing
