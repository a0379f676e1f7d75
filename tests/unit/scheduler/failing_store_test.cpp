// What users of a scheduler see of a store that fails. That it loses and doubles nothing is in the
// contract of stores (punctual/testing/store_contract/failures.hpp).

#include <punctual/testing/store_contract/failure_stage.hpp>

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class FailingStores : public ::testing::Test {
protected:
    void fail_from_now_on() {
        stage.store->fail_calls(1, FailingStore::for_ever, FailurePoint::before);
    }

    contract::FailureStage stage{make_memory_store(), {.executor = "held"}};
};

TEST_F(FailingStores, SayWhyTheyAreUnavailable) {
    fail_from_now_on();
    stage.scheduler.run_for(20s);
    ASSERT_EQ(stage.outages().size(), 1u);
    EXPECT_THAT(stage.outages()[0].reason, HasSubstr("as the test wants it"));
}

TEST_F(FailingStores, FailTheVerbsOfTheirCallers) {
    fail_from_now_on();
    EXPECT_THROW(stage.scheduler.pause_job(stage.shaky, "shaky"), StoreUnavailableError);
    EXPECT_THROW(stage.scheduler.add_job([] {}, {.store = "shaky"}), StoreUnavailableError);
    EXPECT_NO_THROW(stage.scheduler.pause_job(stage.steady, "steady"));
    stage.store->work();
    EXPECT_EQ(stage.scheduler.get_job(stage.shaky).state(), JobState::active);
}

TEST_F(FailingStores, AreTriedAgainInTimeThoughTheClockIsSetBack) {
    stage.scheduler.run_for(10s);
    fail_from_now_on();
    while (stage.held->finish_one()) continue;
    stage.scheduler.run_for(5s);
    stage.scheduler.clock().set(stage.scheduler.now() - 1h);
    stage.store->work();
    stage.scheduler.run_for(10s);
    EXPECT_EQ(stage.outages().size(), 2u) << "it is available again";
}

TEST_F(FailingStores, DoNotKeepTheSchedulerFromItsEnd) {
    stage.scheduler.run_for(10s);
    fail_from_now_on();
    stage.scheduler.shutdown({.store_timeout = 0s});
    EXPECT_EQ(stage.scheduler.state(), SchedulerState::stopped);
}

}  // namespace
}  // namespace punctual::testing
