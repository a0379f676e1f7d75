// A store that fails at its Nth call, for every N, before and after the write: no instant is lost,
// none is doubled, other stores go on.

#include <punctual/testing/failing_store.hpp>

#include <map>

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

/// Where and how often the store fails.
struct Failure {
    std::int64_t first;
    std::int64_t count;
    FailurePoint point;
};

std::string describe(const Failure& failure) {
    return "from call " + std::to_string(failure.first) + " on " + std::to_string(failure.count) +
           " calls fail " + (failure.point == FailurePoint::before ? "before" : "after") +
           " the write";
}

/// Two stores, one of which fails; in each a job every ten seconds.
class Stage {
public:
    explicit Stage(const JobOptions& options) {
        scheduler.start();
        add("shaky", options);
        add("steady", options);
    }

    void fail(const Failure& failure) {
        store->fail_calls(failure.first, failure.count, failure.point);
    }
    /// Does a user's call again until the store answers.
    template <class F>
    void insist(F verb) {
        for (;;) {
            try {
                verb();
                return;
            } catch (const StoreUnavailableError&) {
                scheduler.run_for(1s);
            }
        }
    }
    void finish_held() {
        while (held->finish_one()) {
        }
    }
    /// Lets everything come to rest.
    void come_to_rest() {
        store->work();
        for (int round = 0; round < 20; ++round) {
            finish_held();
            scheduler.run_for(5s);
        }
        for (int round = 0; round < 20; ++round) {
            finish_held();
            scheduler.run_pending();
        }
        end = scheduler.now();
    }

    /// Each instant of the job is on record once, and has run once if the record says so.
    void check(const std::string& job) {
        std::vector<Instant> recorded;
        std::vector<Instant> succeeded;
        auto records = scheduler.get_runs({.job_id = job, .limit = 10'000}, job);
        for (const RunRecord& record : records) {
            if (record.state == RunState::succeeded) succeeded.push_back(record.scheduled);
            const std::int64_t before = static_cast<std::int64_t>(recorded.size());
            for (Instant at = record.scheduled; at <= record.until; at += 10s)
                recorded.push_back(at);
            EXPECT_EQ(static_cast<std::int64_t>(recorded.size()) - before, record.count);
            EXPECT_NE(record.state, RunState::lost);
        }
        std::ranges::sort(recorded);
        std::ranges::sort(succeeded);
        std::ranges::sort(ran[job]);
        std::vector<Instant> expected;
        for (Instant at = begin + 10s; at <= end; at += 10s) expected.push_back(at);
        EXPECT_EQ(recorded, expected) << job;
        EXPECT_EQ(ran[job], succeeded) << job;
        EXPECT_EQ(scheduler.get_job(job).running(), 0) << job;
    }
    void check_that_the_outage_was_told_once() {
        std::vector<EventType> told;
        for (const Told& event : outages.all()) {
            EXPECT_EQ(event.name, "shaky");
            told.push_back(event.type);
        }
        for (std::size_t i = 0; i < told.size(); ++i) {
            EXPECT_EQ(told[i],
                      i % 2 == 0 ? EventType::store_unavailable : EventType::store_available);
        }
        EXPECT_EQ(told.size() % 2, 0u) << "it answers again";
    }

    std::shared_ptr<HeldExecutor> held = std::make_shared<HeldExecutor>();
    std::shared_ptr<FailingStore> store = std::make_shared<FailingStore>(make_memory_store());
    std::map<std::string, std::vector<Instant>> ran;
    Instant end;
    TestingScheduler scheduler{{.stores = {{"shaky", store}, {"steady", memory()}},
                                .executors = {{"default", inline_executor()}, {"held", held}}},
                               begin};
    EventLog outages{scheduler, EventType::store_unavailable | EventType::store_available};

private:
    void add(const std::string& name, JobOptions options) {
        options.id = options.store = name;
        scheduler.add_job([this, name](RunContext& run) { ran[name].push_back(run.scheduled()); },
                          interval(10s), options);
    }
};

/// Plays `scene` for every first call that fails, until the whole of it passes without a failure.
template <class Scene>
void for_each_failure(const JobOptions& options, std::int64_t count, Scene scene) {
    for (const FailurePoint point : {FailurePoint::before, FailurePoint::after}) {
        std::int64_t failures = 1;
        for (std::int64_t first = 1; failures > 0; ++first) {
            ASSERT_LT(first, 2000) << "the scene never ends";
            const Failure failure{first, count, point};
            SCOPED_TRACE(describe(failure));
            Stage stage(options);
            stage.fail(failure);
            scene(stage);
            failures = stage.store->failures();
            stage.come_to_rest();
            stage.check("shaky");
            stage.check("steady");
            stage.check_that_the_outage_was_told_once();
            if (::testing::Test::HasFailure()) return;
        }
    }
}

TEST(FailureLoop, LosesAndDoublesNothingOfAPlainSeries) {
    for_each_failure({}, 1, [](Stage& stage) { stage.scheduler.run_until(second(60)); });
}

TEST(FailureLoop, LosesAndDoublesNothingWhenCallsFailInARow) {
    for_each_failure({}, 4, [](Stage& stage) { stage.scheduler.run_until(second(60)); });
}

TEST(FailureLoop, LosesAndDoublesNothingOfGroupsThatAreCaughtUp) {
    for_each_failure({.coalesce = false}, 1, [](Stage& stage) {
        for (const int now : {35, 65, 95}) {
            stage.scheduler.clock().set(second(now));
            stage.scheduler.run_pending();
        }
    });
}

TEST(FailureLoop, LosesAndDoublesNothingWhenInstantsCoalesce) {
    for_each_failure({}, 2, [](Stage& stage) {
        for (const int now : {35, 65, 95}) {
            stage.scheduler.clock().set(second(now));
            stage.scheduler.run_pending();
        }
    });
}

TEST(FailureLoop, LosesAndDoublesNothingOfRunsThatTakeTime) {
    for_each_failure({.coalesce = false, .executor = "held"}, 1, [](Stage& stage) {
        for (const int now : {25, 30, 45, 60}) {
            stage.scheduler.run_until(second(now));
            stage.held->finish_one();
            stage.held->finish_one();
        }
    });
}

TEST(FailureLoop, LosesAndDoublesNothingOverMaxInstances) {
    for_each_failure({.max_instances = 2, .executor = "held"}, 1, [](Stage& stage) {
        stage.scheduler.run_until(second(60));
        stage.finish_held();
        stage.scheduler.run_until(second(80));
    });
}

TEST(FailureLoop, LosesNothingOverPausesOfTheJob) {
    for_each_failure({}, 1, [](Stage& stage) {
        stage.scheduler.run_until(second(15));
        stage.insist([&] { stage.scheduler.pause_job("shaky", "shaky"); });
        stage.scheduler.run_until(second(45));
        stage.insist([&] { stage.scheduler.resume_job("shaky", "shaky"); });
        stage.scheduler.run_until(second(70));
    });
}

TEST(FailureLoop, LosesNothingWhenTheJobIsModified) {
    for_each_failure({}, 1, [](Stage& stage) {
        stage.scheduler.run_until(second(15));
        stage.insist([&] { stage.scheduler.modify_job("shaky", {.coalesce = false}, "shaky"); });
        stage.scheduler.run_until(second(45));
    });
}

TEST(FailureLoop, TellsOfALongOutageOnceAndGoesOnAfterIt) {
    for (const FailurePoint point : {FailurePoint::before, FailurePoint::after}) {
        Stage stage({.coalesce = false});
        stage.scheduler.run_until(second(15));
        stage.fail({1, FailingStore::for_ever, point});
        stage.scheduler.run_until(second(600));
        EXPECT_EQ(stage.outages.count(EventType::store_unavailable), 1u);
        EXPECT_EQ(stage.outages.count(EventType::store_available), 0u);
        EXPECT_EQ(stage.ran["steady"].size(), 60u) << "the other store goes on";
        EXPECT_LT(stage.store->calls(), 1000) << "the pauses between tries grow";
        stage.come_to_rest();
        EXPECT_EQ(stage.outages.count(EventType::store_available), 1u);
        stage.check("shaky");
        stage.check("steady");
    }
}

TEST(FailureLoop, SaysWhyTheStoreIsUnavailable) {
    Stage stage({});
    stage.fail({1, FailingStore::for_ever, FailurePoint::before});
    stage.scheduler.run_until(second(20));
    ASSERT_EQ(stage.outages.count(EventType::store_unavailable), 1u);
    EXPECT_THAT(stage.outages.all()[0].reason, HasSubstr("as the test wants it"));
}

TEST(FailureLoop, TellsTheCallerOfAVerbThatFails) {
    Stage stage({});
    stage.fail({1, FailingStore::for_ever, FailurePoint::before});
    EXPECT_THROW(stage.scheduler.pause_job("shaky", "shaky"), StoreUnavailableError);
    EXPECT_THROW(stage.scheduler.add_job([] {}, {.store = "shaky"}), StoreUnavailableError);
    EXPECT_NO_THROW(stage.scheduler.pause_job("steady", "steady"));
    stage.store->work();
    EXPECT_EQ(stage.scheduler.get_job("shaky").state(), JobState::active);
}

TEST(FailureLoop, ShutsDownThoughTheStoreDoesNotAnswer) {
    Stage stage({.executor = "held"});
    stage.scheduler.run_until(second(10));
    stage.fail({1, FailingStore::for_ever, FailurePoint::before});
    stage.scheduler.shutdown({.store_timeout = 0s});
    EXPECT_EQ(stage.scheduler.state(), SchedulerState::stopped);
}

}  // namespace
}  // namespace punctual::testing
