// What a Redis store keeps when servers are killed and connections are cut: everything.

#include <punctual/punctual.hpp>
#include <punctual/stores/redis.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <random>
#include <thread>

#include "contract/redis_server.hpp"
#include "contract/support/server_line.hpp"
#include "contract/support/store_worker.hpp"

namespace punctual::contract {
namespace {

using ::testing::HasSubstr;

class RedisCrashes : public ::testing::Test {
protected:
    void SetUp() override {
        if (!RedisServer::can_start()) skip_without_redis();
    }
};

/// Makes passes until it is told to stop, over all troubles, and counts them.
void work_until_stopped(JobStore& store, std::atomic<int>& passes, const std::stop_token& stopped) {
    StoreWorker worker(store);
    try {
        for (; !stopped.stop_requested(); ++passes) worker.pass_in_the_end();
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
    }
}

TEST_F(RedisCrashes, NothingIsLostWheneverTheServerIsKilled) {
    RedisServer server({"--appendonly", "yes", "--appendfsync", "always"});
    const auto store = open_store(server.url());
    add_hourly_jobs(*store);
    // The worker begins while there is no server.
    server.die();
    std::atomic<int> passes = 0;
    std::jthread worker(
        [&](const std::stop_token& stop) { work_until_stopped(*store, passes, stop); });
    std::mt19937 random(20250101);
    for (int round = 0; round < 10; ++round) {
        server.start();
        const int before = passes;
        while (passes < before + 2 && !HasFailure()) std::this_thread::sleep_for(1ms);
        std::this_thread::sleep_for(std::uniform_int_distribution(1, 20'000)(random) * 1us);
        server.die();
    }
    server.start();
    worker.request_stop();
    worker.join();
    expect_nothing_lost(*store);
    EXPECT_GT(store->runs({}).size(), 8u);
}

const auto count_run = task("punctual.redis_crash_test.count", [] {});

TEST_F(RedisCrashes, ASchedulerGoesOnAfterItsServerWasKilled) {
    RedisServer server({"--appendonly", "yes", "--appendfsync", "always"});
    {
        BackgroundScheduler scheduler({.stores = {{"default", store(server.url())}}});
        scheduler.start();
        JobOptions options{.id = "often", .coalesce = false};
        options.max_instances = 1000;
        scheduler.add_job(count_run(), interval(5ms), options);
        for (int round = 0; round < 5; ++round) {
            std::this_thread::sleep_for(100ms);
            server.die();
            std::this_thread::sleep_for(10ms);
            server.start();
        }
        std::this_thread::sleep_for(1s);
        scheduler.shutdown();
    }
    const auto store = make_redis_store(server.url());
    store->open({.access = StoreAccess::inspect, .history = {}, .now = begin});
    EXPECT_GT(store->runs({.job_id = "often", .limit = 100'000}).size(), 100u);
    expect_no_gap(*store, "often", 5ms);
}

TEST_F(RedisCrashes, AServerThatKeptNothingIsReportedByEveryCall) {
    RedisServer server;
    const auto store = open_store(server.url());
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
    EXPECT_TRUE(store->find("a"));
    server.die();
    EXPECT_THROW(static_cast<void>(store->find("a")), StoreUnavailableError);
    server.start();
    const auto message_of = [](auto call) -> std::string {
        try {
            call();
        } catch (const StoreUnavailableError& error) {
            return "a retry will not help: " + std::string(error.what());
        } catch (const StoreError& error) {
            return error.what();
        }
        return "the loss went unseen";
    };
    const std::string reason = "was emptied since it was opened";
    for (int i = 0; i < 2; ++i) {
        EXPECT_THAT(message_of([&] { store->add(std::span(&job, 1)); }), HasSubstr(reason));
        EXPECT_THAT(message_of([&] { static_cast<void>(store->unsettled()); }), HasSubstr(reason));
        EXPECT_THAT(message_of([&] { static_cast<void>(store->find("a")); }), HasSubstr(reason));
    }
}

TEST_F(RedisCrashes, ASchedulerWithoutWorkNoticesThatItLostItsStore) {
    RedisServer server;
    const auto store = open_store(server.url("?lease=1s"));
    RedisClient(server.socket_path()).command({"FLUSHALL"});
    std::this_thread::sleep_for(1s);
    EXPECT_THROW(static_cast<void>(store->find("a")), StoreError);
}

TEST_F(RedisCrashes, AConnectionThatWasClosedWhileIdleIsMadeAnew) {
    RedisServer server;
    const auto store = open_store(server.url());
    const JobRecord job = make_job("a", begin);
    RedisClient other(server.socket_path());
    for (int i = 0; i < 3; ++i) {
        other.command({"CLIENT", "KILL", "TYPE", "normal"});
        other.command({"SCRIPT", "FLUSH"});
        EXPECT_EQ(store->add(std::span(&job, 1)).size(), i == 0 ? 0u : 1u);
        EXPECT_TRUE(store->find("a"));
    }
}

TEST_F(RedisCrashes, AServerThatDoesNotAnswerIsUnavailableInTime) {
    RedisServer server;
    const auto store = open_store(server.url("?timeout=100ms"));
    RedisClient(server.socket_path()).command({"CLIENT", "PAUSE", "1000"});
    try {
        static_cast<void>(store->find("a"));
        FAIL() << "it answered";
    } catch (const StoreUnavailableError& error) {
        EXPECT_THAT(error.what(), HasSubstr("no answer within 100ms"));
    }
    RedisClient(server.socket_path()).command({"CLIENT", "UNPAUSE"});
    EXPECT_FALSE(store->find("a"));
}

}  // namespace
}  // namespace punctual::contract
