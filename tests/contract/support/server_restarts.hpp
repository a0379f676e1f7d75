#pragma once
// What every store lives with whose server is killed, and started again with what it had on disk.

#include <punctual/testing/store_contract/failure_stage.hpp>

#include <gtest/gtest.h>

#include <utility>

namespace punctual::contract {

/// `Server` starts when it is made, and has `url()`, `die()`, `start()`, and a static
/// `can_start()`.
template <class Server>
class ServerRestarts : public ::testing::Test {
protected:
    void SetUp() override {
        if (!Server::can_start())
            GTEST_SKIP() << "there is no server: run script/test-servers ctest";
    }
};

TYPED_TEST_SUITE_P(ServerRestarts);

TYPED_TEST_P(ServerRestarts, LoseAndDoubleNothingOfAScheduler) {
    TypeParam server;
    FailureStage stage(store(server.url()).make(), {.coalesce = false});
    for (int round = 1; round <= 2; ++round) {
        // Between the claim of a run, which is on record by then, and its settlement.
        bool dies = true;
        const ListenerId listener = stage.scheduler.on<JobSubmitted>([&](const JobSubmitted& run) {
            if (run.job_id == stage.shaky && std::exchange(dies, false)) server.die();
        });
        stage.scheduler.run_for(60s);
        EXPECT_FALSE(dies);
        stage.scheduler.remove_listener(listener);
        const std::size_t told = stage.outages().size();
        EXPECT_EQ(told % 2, 1u) << "it is gone, which is told once";
        EXPECT_EQ(stage.outages().back().type, EventType::store_unavailable);
        server.start();
        stage.come_to_rest();
        EXPECT_EQ(stage.outages().size(), told + 1) << "it is back";
        stage.check();
    }
}

REGISTER_TYPED_TEST_SUITE_P(ServerRestarts, LoseAndDoubleNothingOfAScheduler);

}  // namespace punctual::contract
