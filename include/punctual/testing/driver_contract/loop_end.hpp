#pragma once
// The part of the contract that holds for schedulers in an event loop that ends, has not begun, or
// is gone.

#include <punctual/errors.hpp>
#include <punctual/testing/driver_contract/loop.hpp>

namespace punctual::testing {

/// For schedulers in an event loop.
template <class Under>
class LoopEndContract : public LoopFixture<Under> {};
TYPED_TEST_SUITE_P(LoopEndContract);

TYPED_TEST_P(LoopEndContract, JobsWaitUntilTheLoopRuns) {
    Scheduler& scheduler = this->make();
    int runs = 0;
    this->start();
    std::thread([&] {
        scheduler.add_job([&] { ++runs; });
        scheduler.add_job([&] {
            ++runs;
            this->quit();
        });
    }).join();
    EXPECT_EQ(runs, 0);
    this->run();
    EXPECT_EQ(runs, 2);
    this->destroy();
}

TYPED_TEST_P(LoopEndContract, ACallbackOfTheLoopMayShutItDownAndLetsRunsFinish) {
    Scheduler& scheduler = this->make({.executors = {{"pool", thread_pool(2)}}});
    std::atomic<int> in_pool = 0;
    int in_loop = 0;
    int executed = 0;
    scheduler.on<JobExecuted>([&](const JobExecuted&) { ++executed; });
    for (int i = 0; i < 4; ++i) {
        scheduler.add_job([&] { ++in_pool; }, {.executor = "pool"});
        scheduler.add_job([&] {
            if (++in_loop > 1) return;
            this->post([&] {
                scheduler.shutdown();
                EXPECT_FALSE(scheduler.running());
                EXPECT_EQ(executed, in_pool + in_loop);
                this->post([this] { this->quit(); });
            });
        });
    }
    this->start();
    this->run();
    EXPECT_EQ(executed, in_pool + in_loop);
    this->destroy();
}

TYPED_TEST_P(LoopEndContract, TheLoopGoesOnAfterTheSchedulersEnd) {
    Scheduler& scheduler = this->make();
    const auto other = this->loop->make_scheduler({});
    bool posted = false;
    scheduler.add_job([&] {
        this->post([&] {
            this->destroy();
            this->post([&] {
                posted = true;
                this->loop->quit(*other);
            });
        });
    });
    this->start();
    this->loop->run(*other);
    EXPECT_TRUE(posted);
    this->destroy();
}

TYPED_TEST_P(LoopEndContract, TheLoopMayEndBeforeTheScheduler) {
    Scheduler& scheduler = this->make();
    int runs = 0;
    scheduler.add_job(
        [&] {
            if (++runs == 3) this->quit();
        },
        interval(std::chrono::milliseconds(1)));
    this->start();
    this->run();
    scheduler.add_job([&] { ++runs; });
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
    this->destroy();
}

TYPED_TEST_P(LoopEndContract, IsShutDownByAnotherThreadAfterTheLoopEnded) {
    Scheduler& scheduler = this->make();
    scheduler.add_job([&] { this->quit(); }, interval(std::chrono::milliseconds(1)));
    this->start();
    this->run();
    std::thread([&] { scheduler.shutdown({.loop_timeout = std::chrono::milliseconds(1)}); }).join();
    EXPECT_FALSE(scheduler.running());
    this->destroy();
}

TYPED_TEST_P(LoopEndContract, WhatWaitsForALoopThatDoesNotRunIsCancelledWithAReason) {
    const auto store = std::make_shared<HeldStore>(make_memory_store());
    Scheduler& scheduler = this->make({.stores = {{"default", store}}});
    StoredJobs::call = [](void*) { FAIL() << "this job has no loop to run in"; };
    std::string reason;
    scheduler.on<JobCancelled>([&](const JobCancelled& event) { reason = event.reason; });
    this->start();
    scheduler.add_job(stored_job());
    // The thread of the store hands the run over, and nobody takes it.
    store->wait_until_passed();
    std::thread([&] { scheduler.shutdown({.loop_timeout = std::chrono::milliseconds(1)}); }).join();
    EXPECT_FALSE(scheduler.running());
    this->destroy();  // tells what the loop could not
    EXPECT_EQ(reason, "its event loop does not run");
}

TYPED_TEST_P(LoopEndContract, IsDestroyedWithoutALoopThatEverRan) {
    Scheduler& scheduler = this->make();
    scheduler.add_job([] { FAIL() << "nothing runs this"; });
    this->start();
    this->destroy();
}

REGISTER_TYPED_TEST_SUITE_P(LoopEndContract, JobsWaitUntilTheLoopRuns,
                            ACallbackOfTheLoopMayShutItDownAndLetsRunsFinish,
                            TheLoopGoesOnAfterTheSchedulersEnd, TheLoopMayEndBeforeTheScheduler,
                            IsShutDownByAnotherThreadAfterTheLoopEnded,
                            WhatWaitsForALoopThatDoesNotRunIsCancelledWithAReason,
                            IsDestroyedWithoutALoopThatEverRan);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LoopEndContract);

/// For schedulers in an event loop that can be gone before them. `Under`: a
/// DestructibleLoopUnderTest.
template <class Under>
class LoopGoneContract : public LoopFixture<Under> {
protected:
    void destroy_loop() { static_cast<Under&>(*this->loop).destroy_loop(); }
};
TYPED_TEST_SUITE_P(LoopGoneContract);

TYPED_TEST_P(LoopGoneContract, ALoopThatIsGoneIsAClearError) {
    Scheduler& scheduler = this->make();
    scheduler.add_job([&] { this->quit(); }, interval(std::chrono::milliseconds(1)));
    this->start();
    this->run();
    this->destroy_loop();
    try {
        scheduler.add_job([] {});
        FAIL() << "it took a job that cannot run";
    } catch (const SchedulerNotRunningError& error) {
        EXPECT_NE(std::string(error.what()).find("event loop"), std::string::npos) << error.what();
    }
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
    this->destroy();
}

TYPED_TEST_P(LoopGoneContract, IsDestroyedAfterItsLoop) {
    Scheduler& scheduler = this->make();
    scheduler.add_job([&] { this->quit(); }, interval(std::chrono::milliseconds(1)));
    this->start();
    this->run();
    this->destroy_loop();
    this->destroy();
}

REGISTER_TYPED_TEST_SUITE_P(LoopGoneContract, ALoopThatIsGoneIsAClearError,
                            IsDestroyedAfterItsLoop);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LoopGoneContract);

}  // namespace punctual::testing
