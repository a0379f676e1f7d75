// Runs that are stopped: timeouts, cancel_run, newer runs in their place; and what is to be seen of
// runs under way.

#include "scheduler_testing.hpp"

#include <punctual/executors/executor.hpp>

#include <mutex>
#include <thread>

namespace punctual::testing {
namespace {

/// Begins its runs at once, and ends them when the test says so.
class OpenExecutor final : public Executor {
public:
    void start() override {}
    [[nodiscard]] std::size_t room() const override { return 100; }
    void submit(std::vector<RunTicket>& runs) override {
        for (RunTicket& run : runs) {
            if (begins && !run.begin()) continue;
            open.push_back(std::move(run));
        }
        runs.clear();
    }
    void shutdown(bool) override {
        const std::lock_guard lock(in_run);
        open.clear();
    }

    [[nodiscard]] bool stops(std::size_t index) const { return open.at(index).stop_requested(); }
    void end(std::size_t index, RunResult result = {}) {
        RunTicket run = std::move(open.at(index));
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(index));
        run.complete(std::move(result));
    }

    bool begins = true;
    std::vector<RunTicket> open;
    std::mutex in_run;  // held by what a run does on a thread of its own: an end waits for it
};

class Stopping : public ::testing::Test {
protected:
    Stopping() { scheduler.start(); }
    void add(JobOptions options, const Trigger& trigger = interval(10s)) {
        options.id = "job";
        scheduler.add_job([] {}, trigger, std::move(options));
    }
    [[nodiscard]] std::vector<RunRecord> records() {
        auto all = scheduler.get_runs({.limit = 1000});
        std::ranges::reverse(all);
        return all;
    }

    std::shared_ptr<OpenExecutor> executor = std::make_shared<OpenExecutor>();
    TestingScheduler scheduler{{.executors = {{"default", executor}}}, begin};
    EventLog events{scheduler};
};

TEST_F(Stopping, ARunIsAskedToStopWhenItsTimeIsUp) {
    add({.timeout = 5s}, at(second(10)));
    scheduler.run_until(second(15) - 1us);
    EXPECT_FALSE(executor->stops(0));
    scheduler.run_until(second(15));
    EXPECT_TRUE(executor->stops(0));
    EXPECT_TRUE(scheduler.get_running().at(0).stopping);
    executor->end(0, {.outcome = RunState::cancelled, .reason = "stopped on request"});
    scheduler.run_pending();
    EXPECT_EQ(records().at(0).state, RunState::failed);
    EXPECT_EQ(records().at(0).reason, "timed out after 5s");
    EXPECT_EQ(events.of(EventType::job_error).at(0).reason, "timed out after 5s");
}

TEST_F(Stopping, ARunThatReturnsAfterItsTimeHasFailed) {
    add({.timeout = 5s}, at(second(10)));
    scheduler.run_until(second(16));
    executor->end(0);
    scheduler.run_pending();
    EXPECT_EQ(records().at(0).state, RunState::failed);
}

TEST_F(Stopping, AFailureKeepsItsOwnReason) {
    add({.timeout = 5s}, at(second(10)));
    scheduler.run_until(second(16));
    executor->end(0, {.outcome = RunState::failed, .reason = "disk full"});
    scheduler.run_pending();
    EXPECT_EQ(records().at(0).reason, "disk full");
}

TEST_F(Stopping, TimeCountsFromTheStartOfTheRun) {
    executor->begins = false;
    add({.timeout = 5s}, at(second(10)));
    scheduler.run_until(second(40));
    EXPECT_FALSE(executor->stops(0));
    ASSERT_TRUE(executor->open.at(0).begin());
    scheduler.run_until(second(44));
    EXPECT_FALSE(executor->stops(0));
    scheduler.run_until(second(46));
    EXPECT_TRUE(executor->stops(0));
}

TEST_F(Stopping, AClockSetForwardsTimesNothingOut) {
    add({.timeout = 10min}, at(second(10)));
    scheduler.run_until(second(10));
    scheduler.clock().set(second(10) + 1h);
    scheduler.run_for(10min - 1us);
    EXPECT_FALSE(executor->stops(0));
    scheduler.run_for(1us);
    EXPECT_TRUE(executor->stops(0));
}

TEST_F(Stopping, AClockSetBackwardsKeepsNoRunFromTimingOut) {
    add({.timeout = 10min}, at(second(10)));
    scheduler.run_until(second(10));
    scheduler.clock().set(second(10) - 1h);
    scheduler.run_for(10min - 1us);
    EXPECT_FALSE(executor->stops(0));
    scheduler.run_for(1us);
    EXPECT_TRUE(executor->stops(0));
}

TEST_F(Stopping, AClockSetWhileARunWaitsChangesNothingOfItsTime) {
    executor->begins = false;
    add({.timeout = 10min}, at(second(10)));
    scheduler.run_for(5min);
    ASSERT_TRUE(executor->open.at(0).begin());
    scheduler.clock().set(second(10) - 1h);
    scheduler.run_for(10min - 1us);
    EXPECT_FALSE(executor->stops(0));
    scheduler.run_for(1us);
    EXPECT_TRUE(executor->stops(0));
}

TEST_F(Stopping, ATimeOutIsRetriedAsAFailure) {
    add({.timeout = 5s, .retry = Retry{.max_attempts = 2, .delay = 1s, .jitter = 0}},
        at(second(10)));
    scheduler.run_until(second(15));
    executor->end(0);
    scheduler.run_until(second(16));
    ASSERT_EQ(executor->open.size(), 1u);
    EXPECT_EQ(executor->open[0].attempt(), 2);
}

TEST_F(Stopping, ARunThatEndsInTimeIsLeftAlone) {
    add({.timeout = 5s});
    scheduler.run_until(second(12));
    executor->end(0);
    scheduler.run_until(second(21));
    EXPECT_FALSE(executor->stops(0));  // the next one, in the same slot
    EXPECT_EQ(records().at(0).state, RunState::succeeded);
}

TEST_F(Stopping, ATimeoutOfCenturiesIsNone) {
    add({.timeout = std::chrono::days(365 * 250'000)}, at(second(10)));
    scheduler.run_until(second(1000));
    EXPECT_FALSE(executor->stops(0));
}

TEST_F(Stopping, ACancelledRunIsAskedToStop) {
    add({}, at(second(10)));
    scheduler.run_until(second(10));
    const RunId run = scheduler.get_running().at(0).id;
    scheduler.cancel_run(run);
    EXPECT_TRUE(executor->stops(0));
    executor->end(0);
    scheduler.run_pending();
    EXPECT_EQ(records().at(0).state, RunState::cancelled);
    EXPECT_EQ(records().at(0).reason, "cancelled on request");
    EXPECT_THROW(scheduler.cancel_run(run), JobLookupError);
}

TEST_F(Stopping, ACancelledRunThatHasNotBegunDoesNotBegin) {
    executor->begins = false;
    add({}, at(second(10)));
    scheduler.run_until(second(10));
    scheduler.cancel_run(scheduler.get_running().at(0).id);
    EXPECT_FALSE(executor->open.at(0).begin());
    scheduler.run_pending();
    EXPECT_EQ(records().at(0).state, RunState::cancelled);
}

TEST_F(Stopping, ANewerRunTakesThePlaceOfTheOldOne) {
    add({.at_max_instances = AtMaxInstances::replace});
    scheduler.run_until(second(20));
    ASSERT_EQ(executor->open.size(), 1u);
    EXPECT_TRUE(executor->stops(0));
    executor->end(0, {.outcome = RunState::cancelled, .reason = "stopped on request"});
    scheduler.run_pending();
    ASSERT_EQ(executor->open.size(), 1u);
    EXPECT_EQ(executor->open[0].scheduled(), second(20));
    EXPECT_FALSE(executor->stops(0));
    EXPECT_EQ(records().at(0).reason, "replaced by a newer run");
}

TEST_F(Stopping, OneOfSeveralMakesRoom) {
    add({.max_instances = 2, .at_max_instances = AtMaxInstances::replace});
    scheduler.run_until(second(40));
    ASSERT_EQ(executor->open.size(), 2u);
    EXPECT_TRUE(executor->stops(0));
    EXPECT_FALSE(executor->stops(1));
    executor->end(0);
    scheduler.run_pending();
    ASSERT_EQ(executor->open.size(), 2u);
    EXPECT_EQ(executor->open[1].scheduled(), second(40));
    // The one of second 30 was replaced before it began.
    const auto all = records();
    EXPECT_EQ(std::ranges::count(all, second(30), &RunRecord::scheduled), 1);
}

TEST_F(Stopping, TheRestOfAGroupIsReplacedWithIt) {
    add({.coalesce = false, .at_max_instances = AtMaxInstances::replace});
    scheduler.clock().advance(35s);  // three instants, one after another
    scheduler.run_pending();
    scheduler.run_until(second(40));
    executor->end(0);
    scheduler.run_pending();
    ASSERT_EQ(executor->open.size(), 1u);
    EXPECT_EQ(executor->open[0].scheduled(), second(40));
    EXPECT_EQ(scheduler.get_job("job").running(), 1);
    EXPECT_EQ(records().size(), 3u);
}

TEST_F(Stopping, QueuedInstantsRunOneAfterAnother) {
    add({.at_max_instances = AtMaxInstances::queue, .max_queued = 2});
    scheduler.run_until(second(45));
    EXPECT_EQ(scheduler.get_job("job").queued().size(), 2u);
    for (const int expected : {10, 20, 30}) {
        ASSERT_EQ(executor->open.size(), 1u);
        EXPECT_EQ(executor->open[0].scheduled(), second(expected));
        executor->end(0);
        scheduler.run_pending();
    }
    EXPECT_THAT(events.of(EventType::job_max_instances).at(0).reason,
                HasSubstr("max_queued (2) reached"));
}

TEST_F(Stopping, AQueuedInstantIsMissedWhenItsTurnComesTooLate) {
    add({.misfire_grace_time = 15s, .at_max_instances = AtMaxInstances::queue});
    scheduler.run_until(second(40));
    executor->end(0);
    scheduler.run_pending();
    ASSERT_EQ(executor->open.size(), 1u);
    EXPECT_EQ(executor->open[0].scheduled(), second(30));
    EXPECT_EQ(records().at(1).state, RunState::missed);
    EXPECT_EQ(records().at(1).reason, "missed by 20s");
}

TEST_F(Stopping, RunsUnderWayAreShown) {
    executor->begins = false;
    add({}, at(second(10)));
    scheduler.run_until(second(12));
    auto running = scheduler.get_running();
    ASSERT_EQ(running.size(), 1u);
    EXPECT_EQ(running[0].job_id, "job");
    EXPECT_EQ(running[0].store, "default");
    EXPECT_EQ(running[0].scheduled, second(10));
    EXPECT_FALSE(running[0].started);
    ASSERT_TRUE(executor->open.at(0).begin());
    executor->open[0].progress(0.5, "half\nway");
    running = scheduler.get_running();
    EXPECT_EQ(running.at(0).started, second(12));
    EXPECT_EQ(running.at(0).progress, (RunProgress{0.5, "half way"}));
    executor->end(0);
    scheduler.run_pending();
    EXPECT_TRUE(scheduler.get_running().empty());
    EXPECT_EQ(records().at(0).progress, (RunProgress{0.5, "half way"}));
}

TEST_F(Stopping, ProgressIsAnEvent) {
    std::vector<double> told;
    scheduler.on<JobProgress>([&](const JobProgress& event) {
        EXPECT_EQ(event.job_id, "teller");
        told.push_back(event.progress.fraction);
    });
    scheduler.add_executor("inline", inline_executor());
    scheduler.add_job(
        [](RunContext& run) {
            for (const double fraction : {0.1, -1.0, 7.0}) run.progress(fraction);
        },
        at(second(1)), {.id = "teller", .executor = "inline"});
    scheduler.run_until(second(1));
    EXPECT_EQ(told, (std::vector{0.1, 0.0, 1.0}));
}

// As from the thread of a pool of processes, or one that the job has started: such a listener holds
// up the run that a shutdown would wait for.
class Progressing : public Stopping {
protected:
    /// Has one run that tells its progress, from outside of passes and runs.
    void progress() {
        add({}, at(second(10)));
        scheduler.run_until(second(10));
        std::thread([&] {
            const std::lock_guard lock(executor->in_run);
            executor->open.at(0).progress(0.5, "half way");
        }).join();
    }
};

TEST_F(Progressing, AListenerThatIsToldOfProgressMayShutItDown) {
    bool stops = false;
    scheduler.on<JobProgress>([&](const JobProgress&) {
        scheduler.shutdown();
        stops = executor->stops(0);
    });
    progress();
    EXPECT_TRUE(stops);
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
}

TEST_F(Progressing, AListenerThatIsToldOfProgressCannotRemoveAStore) {
    std::string refusal;
    scheduler.on<JobProgress>([&](const JobProgress&) {
        try {
            scheduler.remove_store("default");
        } catch (const Error& error) {
            refusal = error.what();
        }
    });
    progress();
    EXPECT_EQ(refusal, "a store cannot be removed from inside a job or a listener");
    EXPECT_EQ(scheduler.get_running().size(), 1u);
}

}  // namespace
}  // namespace punctual::testing
