#pragma once
// Contract of stores under a scheduler: whichever call fails, before or after the write, no instant
// is lost, none is doubled, jobs in other stores go on, and all resumes by itself.

#include <punctual/testing/store_contract/failure_stage.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace punctual::contract {

/// Plays scenes on a store that fails at its Nth call, for every N. The test moves the time.
template <class Host>
class StoreFailures : public ::testing::Test {
protected:
    using Point = testing::FailurePoint;

    /// Plays `scene` for every first of `count` calls in a row that fail, until the whole of it
    /// passes without a failure.
    template <class Scene>
    void for_each_failure(const JobOptions& options, std::int64_t count, Scene scene) {
        for (const Point point : {Point::before, Point::after}) {
            std::int64_t failures = 1;
            for (std::int64_t first = 1; failures > 0; ++first) {
                ASSERT_LT(first, 500) << "the scene never ends";
                SCOPED_TRACE(std::to_string(count) + " calls fail, from call " +
                             std::to_string(first) + " on, " +
                             (point == Point::before ? "before" : "after") + " the write");
                failures = play(options, first, count, point, scene);
                if (HasFailure()) return;
            }
        }
    }

    Host host;

private:
    /// Returns how many calls failed.
    template <class Scene>
    std::int64_t play(const JobOptions& options, std::int64_t first, std::int64_t count,
                      Point point, Scene scene) {
        FailureStage stage(host.connect(), options);
        stage.store->fail_calls(first, count, point);
        scene(stage);
        const std::int64_t failures = stage.store->failures();
        stage.come_to_rest();
        stage.check();
        EXPECT_LE(stage.outages().size(), 2u) << "calls that fail in a row are one outage";
        return failures;
    }
};

TYPED_TEST_SUITE_P(StoreFailures);

TYPED_TEST_P(StoreFailures, LoseAndDoubleNothingOfAPlainSeries) {
    this->for_each_failure({}, 1, [](FailureStage& stage) { stage.scheduler.run_for(30s); });
}

TYPED_TEST_P(StoreFailures, LoseAndDoubleNothingWhenCallsFailInARow) {
    this->for_each_failure({}, 4, [](FailureStage& stage) { stage.scheduler.run_for(30s); });
}

/// Downtime: the clock moves, and nothing is done.
inline void be_late(FailureStage& stage) {
    for (int round = 0; round < 2; ++round) {
        stage.scheduler.clock().set(stage.scheduler.now() + 35s);
        stage.scheduler.run_pending();
    }
}

TYPED_TEST_P(StoreFailures, LoseAndDoubleNothingOfGroupsThatAreCaughtUp) {
    this->for_each_failure({.coalesce = false}, 1, be_late);
}

TYPED_TEST_P(StoreFailures, LoseAndDoubleNothingWhenInstantsCoalesce) {
    this->for_each_failure({}, 2, be_late);
}

TYPED_TEST_P(StoreFailures, LoseAndDoubleNothingOfRunsThatTakeTime) {
    this->for_each_failure({.coalesce = false, .executor = "held"}, 1, [](FailureStage& stage) {
        for (const auto length : {25s, 5s, 15s}) {
            stage.scheduler.run_for(length);
            stage.held->finish_one();
            stage.held->finish_one();
        }
    });
}

TYPED_TEST_P(StoreFailures, LoseAndDoubleNothingOverMaxInstances) {
    this->for_each_failure({.max_instances = 2, .executor = "held"}, 1, [](FailureStage& stage) {
        stage.scheduler.run_for(40s);
        stage.finish_held();
        stage.scheduler.run_for(10s);
    });
}

TYPED_TEST_P(StoreFailures, LoseNothingOverPausesOfTheJob) {
    this->for_each_failure({}, 1, [](FailureStage& stage) {
        stage.scheduler.run_for(15s);
        stage.insist([&] { stage.scheduler.pause_job(stage.shaky, "shaky"); });
        stage.scheduler.run_for(10s);
        stage.insist([&] { stage.scheduler.resume_job(stage.shaky, "shaky"); });
        stage.scheduler.run_for(10s);
    });
}

TYPED_TEST_P(StoreFailures, LoseNothingWhenTheJobIsModified) {
    this->for_each_failure({}, 1, [](FailureStage& stage) {
        stage.scheduler.run_for(15s);
        stage.insist(
            [&] { stage.scheduler.modify_job(stage.shaky, {.coalesce = false}, "shaky"); });
        stage.scheduler.run_for(15s);
    });
}

TYPED_TEST_P(StoreFailures, LoseAndDoubleNothingOfRunsBesidesTheSchedule) {
    this->for_each_failure({}, 1, [](FailureStage& stage) {
        const JobOptions options{
            .id = make_job_id("extra"), .store = "shaky", .paused = true, .replace_existing = true};
        stage.insist([&] { stage.scheduler.add_job(log_run(), interval(1h), options); });
        stage.insist([&] { stage.scheduler.run_job(options.id, "shaky"); });
        stage.scheduler.run_for(20s);
        EXPECT_EQ(run_log.instants(options.id).size(), 1u);
    });
}

TYPED_TEST_P(StoreFailures, AreToldOnceHoweverLongTheyLast) {
    for (const auto point : {testing::FailurePoint::before, testing::FailurePoint::after}) {
        FailureStage stage(this->host.connect(), {.coalesce = false});
        stage.scheduler.run_for(15s);
        stage.store->fail_calls(1, testing::FailingStore::for_ever, point);
        stage.scheduler.run_for(585s);
        EXPECT_EQ(stage.outages().size(), 1u);
        EXPECT_EQ(run_log.instants(stage.steady).size(), 60u) << "the other store goes on";
        EXPECT_LT(stage.store->calls(), 1000) << "the pauses between tries grow";
        stage.come_to_rest();
        EXPECT_EQ(stage.outages().size(), 2u);
        stage.check();
    }
}

/// Of runs whose records are too long for the store.
inline const auto return_much =
    task("punctual.store_contract.return_much", [] { return std::string(60'000, 'x'); });

TYPED_TEST_P(StoreFailures, OfARecordThatIsRefusedLeaveOutWhatIsLong) {
    FailureStage stage(this->host.connect());
    stage.store->refuse_records_over(2000);
    const JobOptions options{.id = make_job_id("long"), .keep_result = true, .store = "shaky"};
    stage.scheduler.add_job(return_much(), interval(stage.period), options);
    stage.scheduler.run_for(30s);
    const auto records = stage.scheduler.get_runs({.job_id = options.id}, "shaky");
    EXPECT_EQ(records.size(), 3u) << "none is tried again because of its record";
    for (const RunRecord& record : records) {
        EXPECT_EQ(record.state, RunState::succeeded);
        EXPECT_TRUE(record.result.is_null());
        EXPECT_NE(record.reason.find("its result (60002 bytes)"), std::string::npos)
            << record.reason;
    }
    EXPECT_TRUE(stage.outages().empty());
    stage.scheduler.remove_job(options.id, "shaky");
    stage.come_to_rest();
    stage.check();
}

REGISTER_TYPED_TEST_SUITE_P(
    StoreFailures, LoseAndDoubleNothingOfAPlainSeries, LoseAndDoubleNothingWhenCallsFailInARow,
    LoseAndDoubleNothingOfGroupsThatAreCaughtUp, LoseAndDoubleNothingWhenInstantsCoalesce,
    LoseAndDoubleNothingOfRunsThatTakeTime, LoseAndDoubleNothingOverMaxInstances,
    LoseNothingOverPausesOfTheJob, LoseNothingWhenTheJobIsModified,
    LoseAndDoubleNothingOfRunsBesidesTheSchedule, AreToldOnceHoweverLongTheyLast,
    OfARecordThatIsRefusedLeaveOutWhatIsLong);

}  // namespace punctual::contract
