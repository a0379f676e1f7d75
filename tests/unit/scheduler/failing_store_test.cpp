// What users of a scheduler see of a store that fails. That it loses and doubles nothing is in the
// contract of stores (punctual/testing/store_contract/failures.hpp).

#include <punctual/testing/store_contract/failure_stage.hpp>

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

using contract::FailureStage;

class FailingStores : public ::testing::Test {
protected:
    void fail_from_now_on() {
        stage.store->fail_calls(1, FailingStore::for_ever, FailurePoint::before);
    }

    FailureStage stage{make_memory_store(), {.executor = "held"}};
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

TEST_F(FailingStores, AreAvailableAgainAsSoonAsAPassGoesThrough) {
    FailureStage hourly(make_memory_store());
    hourly.scheduler.reschedule_job(hourly.shaky, interval(1h), "shaky");
    for (std::size_t outage = 1; outage <= 2; ++outage) {
        hourly.scheduler.run_for(10min);
        hourly.store->fail_calls(1, 3, FailurePoint::before);
        // A lane that is woken asks what is due, and nothing is.
        hourly.scheduler.pause();
        hourly.scheduler.resume();
        hourly.scheduler.run_for(1s);
        EXPECT_EQ(hourly.store->failures(), 3) << "the pauses begin anew";
        ASSERT_EQ(hourly.outages().size(), 2 * outage);
        EXPECT_EQ(hourly.outages().back().type, EventType::store_available);
    }
}

TEST_F(FailingStores, DoNotKeepTheSchedulerFromItsEnd) {
    stage.scheduler.run_for(10s);
    fail_from_now_on();
    stage.scheduler.shutdown({.store_timeout = 0s});
    EXPECT_EQ(stage.scheduler.state(), SchedulerState::stopped);
}

/// Makes no pass, and counts how often it is asked for one.
class CountingDriver final : public Driver {
public:
    void start(Passes&) override {}
    void wake() noexcept override { ++wakes; }
    void stop() noexcept override {}
    [[nodiscard]] bool drives_durable_stores() const noexcept override { return true; }

    int wakes = 0;
};

/// A scheduler whose only store is empty, and loses its answers.
class LostAnswers : public ::testing::Test, private Scheduler {
protected:
    LostAnswers()
        : LostAnswers(new CountingDriver, std::make_shared<FailingStore>(make_memory_store())) {}
    ~LostAnswers() override {
        store->work();
        shutdown({.wait = false});
    }

    /// Whether the lane is asked to look after a call that wrote, and whose answer is lost.
    template <class F>
    [[nodiscard]] bool wakes_after(F call) {
        const int before = driver_->wakes;
        store->fail_calls(1, 1, FailurePoint::after);
        EXPECT_THROW(call(), StoreUnavailableError);
        return driver_->wakes > before;
    }
    [[nodiscard]] Scheduler& scheduler() { return *this; }

    std::shared_ptr<FailingStore> store;

private:
    LostAnswers(CountingDriver* driver, const std::shared_ptr<FailingStore>& failing)
        : Scheduler(
              {.stores = {{"default", failing}}, .executors = {{"default", inline_executor()}}},
              std::unique_ptr<Driver>(driver)),
          store(failing),
          driver_(driver) {
        start();
    }

    CountingDriver* driver_;
};

TEST_F(LostAnswers, WakeTheLaneThatMayHaveAJobMore) {
    EXPECT_TRUE(wakes_after([&] { scheduler().add_job([] {}, interval(10s), {.id = "a"}); }));
    EXPECT_TRUE(scheduler().find_job("a")) << "it is there, and only the answer was lost";
    EXPECT_TRUE(wakes_after(
        [&] { scheduler().add_job([] {}, interval(10s), {.id = "b", .replace_existing = true}); }));
    EXPECT_TRUE(wakes_after([&] { scheduler().add_jobs({{[] {}, interval(10s), {.id = "c"}}}); }));
}

TEST_F(LostAnswers, WakeTheLaneThatMayHaveAJobThatIsDueEarlier) {
    scheduler().add_job([] {}, interval(10s), {.id = "a"});
    EXPECT_TRUE(wakes_after([&] { scheduler().reschedule_job("a", interval(1s)); }));
    EXPECT_TRUE(wakes_after([&] { scheduler().pause_job("a"); }));
    EXPECT_TRUE(wakes_after([&] { scheduler().resume_job("a"); }));
}

}  // namespace
}  // namespace punctual::testing
