// What a Redis store keeps when servers are killed and connections are cut: everything.

#include <punctual/punctual.hpp>
#include <punctual/stores/redis.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <random>
#include <thread>

#include "contract/cutting_proxy.hpp"
#include "contract/redis_server.hpp"
#include "contract/store_worker.hpp"
#include "contract/temporary_folder.hpp"

namespace punctual::contract {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<JobStore> open_store(const std::string& url) {
    auto store = make_redis_store(url);
    store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
    return store;
}

class RedisCrashes : public ::testing::Test {
protected:
    void SetUp() override {
        if (!RedisServer::can_start()) skip_without_redis();
    }
};

/// Passes over eight jobs while the connection is cut at message `n`; false if there were fewer.
bool work_on_failing_connection(JobStore& store, CuttingProxy& proxy, int n,
                                CuttingProxy::Loss loss) {
    StoreWorker worker(store);
    for (int i = 0; i < 5; ++i) worker.pass();
    proxy.cut_at(n, loss);
    bool threw = false;
    try {
        for (int i = 0; i < 5; ++i) worker.pass();
    } catch (const StoreUnavailableError&) {
        threw = true;
    }
    proxy.recover();
    worker.catch_up();
    for (int i = 0; i < 5; ++i) worker.pass();
    expect_nothing_lost(store);
    return threw;
}

TEST_F(RedisCrashes, NothingIsLostWhicheverMessageIsLost) {
    RedisServer server;
    const TemporaryFolder folder;
    CuttingProxy proxy(folder.file("proxy"), server.socket_path());
    for (const auto loss : {CuttingProxy::Loss::question, CuttingProxy::Loss::answer}) {
        int n = 1;
        for (bool failed = true; failed; ++n) {
            RedisClient(server.socket_path()).command({"FLUSHALL"});
            const auto store = open_store("redis+unix://" + folder.file("proxy"));
            add_hourly_jobs(*store);
            failed = work_on_failing_connection(*store, proxy, n, loss);
            store->close();
            const auto reopened = open_store(server.url());
            expect_nothing_lost(*reopened);
            ASSERT_FALSE(HasFailure()) << "when message " << n << " was lost";
        }
        EXPECT_GT(n, 15) << "five passes take more than that";
    }
}

TEST_F(RedisCrashes, AStepThatTheServerComesToLateIsNotDone) {
    RedisServer server;
    const TemporaryFolder folder;
    CuttingProxy proxy(folder.file("proxy"), server.socket_path());
    int n = 1;
    for (bool failed = true; failed; ++n) {
        RedisClient(server.socket_path()).command({"FLUSHALL"});
        const auto store = open_store("redis+unix://" + folder.file("proxy"));
        add_hourly_jobs(*store);
        StoreWorker worker(*store);
        worker.pass();
        worker.pass();
        proxy.cut_at(n, CuttingProxy::Loss::late_question);
        failed = false;
        try {
            worker.pass();
        } catch (const StoreUnavailableError&) {
            failed = true;
        }
        proxy.recover();
        worker.catch_up();
        const auto known = ids_of(store->unsettled());
        proxy.deliver_late_questions();
        EXPECT_EQ(ids_of(store->unsettled()), known);
        for (int i = 0; i < 3; ++i) worker.pass();
        expect_nothing_lost(*store);
        ASSERT_FALSE(HasFailure()) << "when message " << n << " was late";
    }
    EXPECT_GT(n, 3);
}

/// Makes passes until it is told to stop, over all troubles.
void work_until_stopped(JobStore& store, const std::stop_token& stopped) {
    StoreWorker worker(store);
    bool uncertain = false;
    while (!stopped.stop_requested()) {
        try {
            if (uncertain) worker.catch_up();
            uncertain = false;
            worker.pass();
        } catch (const StoreUnavailableError&) {
            uncertain = true;
            std::this_thread::sleep_for(2ms);
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
            return;
        }
    }
}

TEST_F(RedisCrashes, NothingIsLostWheneverTheServerIsKilled) {
    RedisServer server({"--appendonly", "yes", "--appendfsync", "always"});
    const auto store = open_store(server.url());
    add_hourly_jobs(*store);
    std::jthread worker([&](const std::stop_token& stop) { work_until_stopped(*store, stop); });
    std::mt19937 random(20250101);
    for (int round = 0; round < 10; ++round) {
        std::this_thread::sleep_for(std::uniform_int_distribution(1, 20'000)(random) * 1us);
        server.kill();
        server.start();
    }
    std::this_thread::sleep_for(20ms);
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
            server.kill();
            std::this_thread::sleep_for(10ms);
            server.start();
        }
        std::this_thread::sleep_for(1s);
        scheduler.shutdown();
    }
    const auto store = make_redis_store(server.url());
    store->open({.access = StoreAccess::inspect, .history = {}, .now = begin});
    auto records = store->runs({.job_id = "often", .limit = 100'000});
    ASSERT_GT(records.size(), 100u);
    // What waited behind another run of its group when the scheduler ended waits for the next one.
    for (const ClaimedRun& run : store->unsettled()) {
        EXPECT_FALSE(run.started);
        RunRecord& record = records.emplace_back();
        record.scheduled = record.until = run.scheduled;
    }
    std::ranges::sort(records, {}, &RunRecord::scheduled);
    Instant expected = records.front().scheduled;
    for (const RunRecord& record : records) {
        ASSERT_EQ(record.scheduled, expected) << "an instant is missing, or on record twice";
        expected = record.until + 5ms;
    }
}

[[noreturn]] void work_until_killed(const std::string& url, int progress) {
    try {
        const auto store = open_store(url);
        StoreWorker worker(*store);
        for (;;) {
            worker.pass();
            if (write(progress, ".", 1) != 1) _exit(0);
        }
    } catch (const std::exception& error) {
        std::fputs(error.what(), stderr);
        _exit(1);
    }
}

/// Kills a process at work after `passes` passes and a while; returns how it ended.
int kill_a_worker(const std::string& url, int passes, std::chrono::microseconds pause) {
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0) return -1;
    const pid_t child = fork();
    if (child == 0) {
        close(pipe_ends[0]);
        work_until_killed(url, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    char dot = 0;
    while (passes-- > 0 && read(pipe_ends[0], &dot, 1) == 1) {
    }
    std::this_thread::sleep_for(pause);
    kill(child, SIGKILL);
    close(pipe_ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

TEST_F(RedisCrashes, NothingIsLostWheneverTheProcessIsKilledAndItsSuccessorNeedNotWait) {
    RedisServer server;
    {
        const auto store = open_store(server.url());
        add_hourly_jobs(*store);
        store->close();
    }
    std::mt19937 random(20250101);
    for (int round = 0; round < 30; ++round) {
        const int passes = std::uniform_int_distribution(1, 6)(random);
        const auto pause = std::uniform_int_distribution(0, 1000)(random) * 1us;
        const int status = kill_a_worker(server.url(), passes, pause);
        ASSERT_TRUE(WIFSIGNALED(status)) << "round " << round;
        const auto store = open_store(server.url());
        expect_nothing_lost(*store);
        store->close();
        ASSERT_FALSE(HasFailure()) << "round " << round;
    }
}

TEST_F(RedisCrashes, AServerThatKeptNothingIsReportedByEveryCall) {
    RedisServer server;
    const auto store = open_store(server.url());
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
    EXPECT_TRUE(store->find("a"));
    server.kill();
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
