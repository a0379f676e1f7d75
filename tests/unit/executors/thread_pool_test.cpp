#include <punctual/errors.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <barrier>
#include <latch>
#include <string>
#include <thread>

#include <pthread.h>

namespace punctual {
namespace {

class ThreadPool : public ::testing::Test {
protected:
    void make(int threads) {
        pool = make_thread_pool(threads);
        pool->start();
    }
    void submit(std::size_t count, const Call& call) {
        std::vector<RunTicket> tickets = recorder.tickets(count, call);
        pool->submit(tickets);
    }
    // Runs that hold their threads until `release`.
    void hold(int threads) {
        std::latch began(threads);
        submit(static_cast<std::size_t>(threads), Call([&] {
                   began.count_down();
                   released.wait();
               }));
        began.wait();
    }
    void release() { released.count_down(); }

    std::latch released{1};
    testing::RunRecorder recorder;
    std::shared_ptr<Executor> pool;
};

TEST_F(ThreadPool, NeedsAThread) {
    EXPECT_THROW(static_cast<void>(make_thread_pool(0)), ConfigurationError);
    EXPECT_THROW(static_cast<void>(make_thread_pool(-3)), ConfigurationError);
}

TEST_F(ThreadPool, NamesItsThreads) {
    make(2);
    submit(1, Call([] {
               std::array<char, 16> name{};
               pthread_getname_np(pthread_self(), name.data(), name.size());
               return std::string(name.data());
           }));
    EXPECT_EQ(recorder.wait_for_run(1).result, Value("punctual-1"));
}

TEST_F(ThreadPool, RunsAsManyAtOnceAsItHasThreads) {
    make(3);
    std::barrier all(3);
    submit(3, Call([&] { all.arrive_and_wait(); }));
    recorder.wait_for(3);
}

TEST_F(ThreadPool, NeverRunsMoreAtOnceThanItHasThreads) {
    make(2);
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    submit(1000, Call([&] {
               const int now = ++running;
               for (int seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {
               }
               --running;
           }));
    recorder.wait_for(1000);
    EXPECT_GE(most.load(), 1);
    EXPECT_LE(most.load(), 2);
}

TEST_F(ThreadPool, ALongRunHoldsUpNothingBehindItInItsBatch) {
    make(2);
    std::vector<RunTicket> tickets;
    tickets.push_back(recorder.ticket(Call([this] { released.wait(); })));
    for (RunTicket& ticket : recorder.tickets(100, Call([] {})))
        tickets.push_back(std::move(ticket));
    pool->submit(tickets);
    recorder.wait_for(100);
    release();
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::succeeded);
}

TEST_F(ThreadPool, HasRoomForOneRunAThreadBeforeAnythingIsKnown) {
    make(3);
    EXPECT_EQ(pool->room(), 3U);
}

TEST_F(ThreadPool, HasNoRoomWhileAllThreadsAreHeld) {
    make(2);
    hold(2);
    EXPECT_EQ(pool->room(), 0U);
    release();
    recorder.wait_for(2);
    EXPECT_GE(pool->room(), 2U);
}

TEST_F(ThreadPool, HasRoomForTheThreadsThatAreFree) {
    make(3);
    hold(2);
    EXPECT_EQ(pool->room(), 1U);
    release();
}

TEST_F(ThreadPool, WhatWaitsTakesUpRoom) {
    make(1);
    hold(1);
    submit(5, Call([] {}));
    EXPECT_EQ(pool->room(), 0U);
    release();
    recorder.wait_for(6);
    EXPECT_GE(pool->room(), 1U);
}

TEST_F(ThreadPool, ShutdownWithoutWaitingDropsWhatHasNotBegun) {
    make(1);
    hold(1);
    submit(10, Call([] {}));
    std::thread closing([this] { pool->shutdown(false); });
    recorder.wait_for(10);
    for (const auto& run : recorder.reported()) {
        EXPECT_EQ(run.outcome, RunState::cancelled);
        EXPECT_EQ(run.reason, "its executor closed before it began");
    }
    release();
    closing.join();
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::succeeded);
    EXPECT_EQ(recorder.reported().size(), 11U);
}

TEST_F(ThreadPool, ShutdownWithoutWaitingCutsAWaitShort) {
    make(1);
    hold(1);
    submit(10, Call([] {}));
    std::thread waiting([this] { pool->shutdown(true); });
    std::thread closing([this] { pool->shutdown(false); });
    recorder.wait_for(10);
    release();
    waiting.join();
    closing.join();
    EXPECT_EQ(recorder.reported().size(), 11U);
}

TEST_F(ThreadPool, ARunMayBeTheLastToHoldIt) {
    make(2);
    submit(1, Call([this] {
               released.wait();
               pool.reset();
           }));
    // Not before `submit` has come back from the pool.
    release();
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::succeeded);
}

}  // namespace
}  // namespace punctual
