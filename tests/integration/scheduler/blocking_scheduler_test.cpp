// The scheduler that is the program.

#include <punctual/punctual.hpp>

#include <gtest/gtest.h>

#include <thread>

#include "counter.hpp"

namespace punctual::testing {
namespace {

TEST(BlockingScheduler, ReturnsFromItsStartWhenAJobShutsItDown) {
    BlockingScheduler scheduler;
    int runs = 0;
    scheduler.add_job(
        [&] {
            if (++runs == 3) scheduler.shutdown();
        },
        interval(1ms));
    scheduler.start();
    EXPECT_GE(runs, 3);
    EXPECT_FALSE(scheduler.running());
}

TEST(BlockingScheduler, ReturnsFromItsStartWhenAnotherThreadShutsItDown) {
    Counter runs;
    BlockingScheduler scheduler;
    scheduler.add_job([&] { runs.count(); }, interval(1ms));
    std::jthread other([&] {
        runs.wait_for(3);
        scheduler.shutdown();
        EXPECT_FALSE(scheduler.running());
    });
    scheduler.start();
    EXPECT_FALSE(scheduler.running());
}

TEST(BlockingScheduler, ReturnsFromItsStartWhenAListenerShutsItDown) {
    BlockingScheduler scheduler;
    scheduler.on<JobExecuted>([&](const JobExecuted&) { scheduler.shutdown(); });
    scheduler.add_job([] {});
    scheduler.start();
    EXPECT_FALSE(scheduler.running());
}

TEST(BlockingScheduler, RunsJobsInlineOnTheThreadThatStartedIt) {
    BlockingScheduler scheduler({.executors = {{"default", inline_executor()}}});
    std::thread::id ran_on;
    scheduler.add_job([&] {
        ran_on = std::this_thread::get_id();
        scheduler.shutdown();
    });
    scheduler.start();
    EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(BlockingScheduler, LetsRunsFinish) {
    Counter began;
    bool ended = false;
    BlockingScheduler scheduler;
    scheduler.add_job([&] {
        began.count();
        for (int i = 0; i < 1000; ++i) std::this_thread::yield();
        ended = true;
    });
    std::jthread other([&] {
        began.wait_for(1);
        scheduler.shutdown();
    });
    scheduler.start();
    EXPECT_TRUE(ended);
}

TEST(BlockingScheduler, MayBeStartedAgain) {
    BlockingScheduler scheduler;
    int runs = 0;
    for (int round = 1; round <= 5; ++round) {
        scheduler.add_job([&] {
            ++runs;
            scheduler.shutdown();
        });
        scheduler.start();
        EXPECT_EQ(runs, round);
    }
}

TEST(BlockingScheduler, IsShutDownAsSoonAsItSaysThatItStarted) {
    for (int round = 0; round < 50; ++round) {
        Counter started;
        BlockingScheduler scheduler;
        scheduler.on<SchedulerStarted>([&](const SchedulerStarted&) { started.count(); });
        std::jthread other([&] {
            started.wait_for(1);
            scheduler.shutdown();
        });
        scheduler.start();
        EXPECT_FALSE(scheduler.running());
    }
}

}  // namespace
}  // namespace punctual::testing
