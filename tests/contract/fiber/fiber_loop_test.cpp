#include <punctual/schedulers/fiber.hpp>
#include <punctual/testing/driver_contract.hpp>

#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>

#include <optional>

#include "loops/fiber/fiber_bell.hpp"

namespace punctual::testing {
namespace {

using boost::fibers::fiber;
using boost::fibers::launch;

class FibersUnderTest final : public LoopUnderTest {
public:
    std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) override {
        return std::make_shared<FiberScheduler>(std::move(options));
    }
    void run(Scheduler&) override { quit_.wait(); }
    void quit(Scheduler&) override { quit_.ring(); }
    void post(void (*function)(void*), void* data) override {
        fiber(launch::post, [=] { function(data); }).detach();
    }

private:
    detail::FiberBell quit_;
};

class FiberSchedulerTest : public ::testing::Test {
protected:
    FiberScheduler scheduler;
    detail::FiberBell over;
};

TEST_F(FiberSchedulerTest, RunsManyJobsAtOnceWhileOtherFibersGoOn) {
    constexpr int count = 500;
    int begun = 0;
    int ended = 0;
    std::vector<detail::FiberBell> all_begun(count);
    const auto job = [&] {
        const auto number = static_cast<std::size_t>(begun++);
        if (begun < count) {
            all_begun[number].wait();
        } else {
            for (detail::FiberBell& bell : all_begun) bell.ring();
        }
        EXPECT_EQ(begun, count);
        if (++ended == count) over.ring();
    };
    scheduler.add_jobs(std::vector<JobRequest>(count, JobRequest{Call(job), {}, {}}));
    scheduler.start();
    over.wait();
    scheduler.shutdown();
    EXPECT_EQ(ended, count);
}

TEST_F(FiberSchedulerTest, AShutdownLetsTheFibersOfJobsFinish) {
    for (const auto timeout : {unlimited, Duration(std::chrono::hours(1))}) {
        bool finished = false;
        scheduler.add_job([&] {
            over.ring();
            boost::this_fiber::sleep_for(std::chrono::milliseconds(1));
            finished = true;
        });
        scheduler.start();
        over.wait();
        EXPECT_FALSE(finished);
        scheduler.shutdown({.timeout = timeout});
        EXPECT_TRUE(finished);
        EXPECT_FALSE(scheduler.running());
    }
}

TEST_F(FiberSchedulerTest, AJobThatWaitedMayShutItDown) {
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { over.ring(); });
    scheduler.add_job([&] {
        boost::this_fiber::yield();
        scheduler.shutdown();
    });
    scheduler.start();
    over.wait();
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
}

TEST_F(FiberSchedulerTest, WhatAnotherFiberDoesIsNotTakenForAJob) {
    bool asked = false;
    scheduler.add_job([&](RunContext& run) {
        over.ring();
        boost::this_fiber::yield();
        asked = run.stop_requested();
    });
    scheduler.start();
    over.wait();
    // Inside a job it would not wait for runs, and ask them to stop.
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
    EXPECT_FALSE(asked);
}

TEST_F(FiberSchedulerTest, AJobSeesThatItIsAskedToStop) {
    std::string reason;
    scheduler.on<JobCancelled>([&](const JobCancelled& event) { reason = event.reason; });
    scheduler.add_job([&](RunContext& run) {
        over.ring();
        while (!run.stop_requested()) boost::this_fiber::yield();
        throw RunCancelled("half done");
    });
    scheduler.start();
    over.wait();
    scheduler.shutdown({.wait = false});
    scheduler.shutdown();
    EXPECT_EQ(reason, "half done");
}

TEST_F(FiberSchedulerTest, TwoFibersMayShutItDown) {
    bool finished = false;
    scheduler.add_job([&] {
        over.ring();
        boost::this_fiber::sleep_for(std::chrono::milliseconds(5));
        finished = true;
    });
    scheduler.start();
    over.wait();
    const auto end = [&] {
        scheduler.shutdown();
        EXPECT_TRUE(finished);
        EXPECT_FALSE(scheduler.running());
    };
    fiber first(launch::post, end);
    fiber second(launch::post, end);
    first.join();
    second.join();
}

TEST_F(FiberSchedulerTest, AFiberMayShutItDownWhileAListenerOfTheEndWaits) {
    bool told = false;
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) {
        over.ring();
        boost::this_fiber::sleep_for(std::chrono::milliseconds(2));
        told = true;
    });
    scheduler.start();
    fiber first(launch::post, [&] { scheduler.shutdown(); });
    over.wait();
    EXPECT_FALSE(told);
    scheduler.shutdown();
    EXPECT_TRUE(told);
    first.join();
}

TEST_F(FiberSchedulerTest, AShutdownLetsOtherFibersGoOnWhateverItWaitsFor) {
    scheduler.add_executor("threads", thread_pool(1));
    detail::FiberBell asked;
    std::atomic<bool> answered = false;
    fiber answering(launch::post, [&] {
        asked.wait();
        answered = true;
    });
    // A thread that waits for a fiber of the thread that waits for it.
    scheduler.add_job(
        [&] {
            over.ring();
            asked.ring();
            while (!answered) std::this_thread::yield();
        },
        {.executor = "threads"});
    scheduler.start();
    over.wait();
    scheduler.shutdown();
    EXPECT_TRUE(answered);
    answering.join();
}

TEST_F(FiberSchedulerTest, ListenersAreCalledInItsFiberAlone) {
    std::optional<fiber::id> where;
    scheduler.start();
    scheduler.on<JobAdded>([&](const JobAdded&) {
        where = boost::this_fiber::get_id();
        over.ring();
    });
    scheduler.add_job([] {}, interval(std::chrono::hours(1)));
    EXPECT_FALSE(where);
    over.wait();
    EXPECT_NE(where, boost::this_fiber::get_id());
    scheduler.shutdown();
}

// A listener that waits, in the fiber of the scheduler.
class FiberListenerTest : public ::testing::Test {
protected:
    FiberListenerTest() {
        scheduler->on<JobExecuted>([this](const JobExecuted&) {
            over.ring();
            boost::this_fiber::sleep_for(std::chrono::milliseconds(1));
            left = true;
        });
        scheduler->on<SchedulerShutdown>([this](const SchedulerShutdown&) { EXPECT_TRUE(left); });
        scheduler->add_job([] {}, {.id = "heard of"});
        scheduler->start();
        over.wait();
        EXPECT_FALSE(left);
    }

    std::optional<FiberScheduler> scheduler{std::in_place};
    detail::FiberBell over;
    bool left = false;
};

TEST_F(FiberListenerTest, IsWaitedForByAShutdown) {
    scheduler->shutdown();
    EXPECT_TRUE(left);
    EXPECT_FALSE(scheduler->running());
}

TEST_F(FiberListenerTest, IsWaitedForByAShutdownWithALimit) {
    scheduler->shutdown({.timeout = std::chrono::hours(1)});
    EXPECT_TRUE(left);
    EXPECT_FALSE(scheduler->running());
}

TEST_F(FiberListenerTest, IsWaitedForByTheDestructor) {
    scheduler.reset();
    EXPECT_TRUE(left);
}

}  // namespace
}  // namespace punctual::testing

PUNCTUAL_LOOP_CONTRACT(Fibers, punctual::testing::FibersUnderTest);
