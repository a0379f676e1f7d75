#include <punctual/clock.hpp>
#include <punctual/errors.hpp>
#include <punctual/schedulers/loop.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "unit/loops/poll_loop.hpp"

namespace punctual::testing {
namespace {

/// A scheduler as drivers see it.
class Work final : public Passes {
public:
    Instant pass() noexcept override {
        ++passes;
        const auto doing = std::exchange(during_next, nullptr);
        if (doing) doing();
        return next;
    }
    bool tell_events() noexcept override {
        const auto doing = std::exchange(after_next_telling, nullptr);
        const bool more = told < tellings;
        if (more) ++told;
        if (doing) doing();
        return more;
    }

    Instant next = Instant::max();
    int passes = 0;
    int tellings = 0;  // that leave more to tell
    int told = 0;
    std::function<void()> during_next;
    std::function<void()> after_next_telling;
};

class LoopDriverTest : public ::testing::Test {
protected:
    void turn() { loop.run_once(0); }

    PollLoop loop;
    Work work;
    std::unique_ptr<Driver> driver = make_loop_driver(std::make_unique<PollEventLoop>(loop));
};

TEST_F(LoopDriverTest, MakesAPassWhenItStartsAndWhenItIsWoken) {
    driver->start(work);
    EXPECT_EQ(work.passes, 0);
    turn();
    EXPECT_EQ(work.passes, 1);
    turn();
    EXPECT_EQ(work.passes, 1);
    std::thread([&] { driver->wake(); }).join();
    turn();
    EXPECT_EQ(work.passes, 2);
}

TEST_F(LoopDriverTest, MakesNoPassOnceStopped) {
    driver->start(work);
    driver->stop();
    turn();
    EXPECT_EQ(work.passes, 0);
}

TEST_F(LoopDriverTest, TellsEverythingOnceItHasLetGoOfTheLoop) {
    driver->start(work);
    turn();
    work.tellings = 2;
    work.after_next_telling = [&] { EXPECT_FALSE(loop.is_watched()); };
    std::thread([&] {
        driver->stop();
        driver->end();
    }).join();
    turn();
    EXPECT_EQ(work.told, 2);
    turn();
    EXPECT_EQ(work.told, 2);
}

TEST_F(LoopDriverTest, TellsEverythingAtAnEndOnTheLoopsThread) {
    driver->start(work);
    turn();
    work.tellings = 2;
    driver->stop();
    driver->end();
    EXPECT_EQ(work.told, 2);
    EXPECT_FALSE(loop.is_watched());
}

TEST_F(LoopDriverTest, AnEndDuringATurnIsTakenUpInTheNext) {
    driver->start(work);
    work.tellings = 1;
    work.during_next = [&] {
        std::thread([&] { driver->end(); }).join();
        EXPECT_TRUE(loop.is_watched());
    };
    turn();
    EXPECT_EQ(work.told, 0);
    turn();
    EXPECT_EQ(work.told, 1);
}

TEST_F(LoopDriverTest, AListenerOfTheEndStartsItAgain) {
    driver->start(work);
    turn();
    driver->stop();
    work.after_next_telling = [&] { driver->start(work); };
    driver->end();
    EXPECT_TRUE(loop.is_watched());
    turn();
    EXPECT_EQ(work.passes, 2);
}

TEST_F(LoopDriverTest, AListenerOfTheEndThatStartsItAgainMayRunTheLoop) {
    driver->start(work);
    turn();
    driver->stop();
    work.after_next_telling = [&] {
        driver->start(work);
        turn();
    };
    driver->end();
    EXPECT_EQ(work.passes, 1);
    turn();
    EXPECT_EQ(work.passes, 2);
}

TEST_F(LoopDriverTest, StartsAgainBeforeItsEndCameToTheLoop) {
    driver->start(work);
    turn();
    std::thread([&] {
        driver->stop();
        driver->end();
    }).join();
    driver->start(work);
    turn();
    driver->wake();
    turn();
    EXPECT_EQ(work.passes, 3);
}

TEST_F(LoopDriverTest, APassThatRunsTheLoopFromWithinIsMadeGoodAfterwards) {
    driver->start(work);
    work.during_next = [&] {
        driver->wake();
        turn();
    };
    turn();
    EXPECT_EQ(work.passes, 1);
    turn();
    EXPECT_EQ(work.passes, 2);
    turn();
    EXPECT_EQ(work.passes, 2);
}

TEST_F(LoopDriverTest, APassBetweenTurnsThatRunsTheLoopFromWithinIsMadeGoodAfterwards) {
    driver->start(work);
    turn();
    work.during_next = [&] {
        driver->wake();
        turn();
    };
    EXPECT_TRUE(driver->pass_if_driving());
    EXPECT_EQ(work.passes, 2);
    turn();
    EXPECT_EQ(work.passes, 3);
}

TEST_F(LoopDriverTest, WhatIsDueSinceAJobRanTheLoopFromWithinIsNotForgotten) {
    const auto executor = driver->executors().at("default").make();
    executor->start();
    driver->start(work);
    RunRecorder recorder;
    auto runs = recorder.tickets(1, Call([&] {
                                     work.next =
                                         system_clock()->now() + std::chrono::milliseconds(20);
                                     driver->wake();
                                     turn();
                                     EXPECT_EQ(work.passes, 2);
                                 }));
    executor->submit(runs);
    turn();
    loop.run_once(10'000);
    EXPECT_EQ(work.passes, 3);
    executor->shutdown(true);
}

TEST_F(LoopDriverTest, NoOtherThreadTellsWhatIsLeftAtTheEnd) {
    driver->start(work);
    turn();
    work.after_next_telling = [&] {
        std::thread([&] {
            EXPECT_FALSE(driver->tells_here());
            EXPECT_TRUE(driver->tells_in_passes());
        }).join();
    };
    driver->stop();
    driver->end();
    EXPECT_TRUE(driver->tells_here());
    EXPECT_FALSE(driver->tells_in_passes());
}

TEST_F(LoopDriverTest, EventsAreToldInItsTurnsAlone) {
    EXPECT_TRUE(driver->tells_here());
    driver->start(work);
    EXPECT_FALSE(driver->tells_here());
    work.during_next = [&] {
        EXPECT_TRUE(driver->tells_here());
        std::thread([&] { EXPECT_FALSE(driver->tells_here()); }).join();
    };
    turn();
    EXPECT_EQ(work.passes, 1);
    EXPECT_FALSE(driver->tells_here());
    driver->stop();
    driver->end();
    EXPECT_TRUE(driver->tells_here());
}

TEST_F(LoopDriverTest, TheThreadOfTheLatestTurnIsTheLoops) {
    driver->start(work);
    std::thread([&] {
        turn();
        EXPECT_TRUE(driver->pass_if_driving());
    }).join();
    EXPECT_FALSE(driver->pass_if_driving());
}

TEST_F(LoopDriverTest, IsStalledWhenATurnDoesNotCome) {
    EXPECT_FALSE(driver->stalled(std::chrono::microseconds(0))) << "it was not started";
    driver->start(work);
    EXPECT_TRUE(driver->stalled(std::chrono::microseconds(0)));
    EXPECT_FALSE(driver->stalled(std::chrono::hours(1)));
    EXPECT_FALSE(driver->stalled(unlimited));
    work.during_next = [&] {
        std::thread([&] { EXPECT_FALSE(driver->stalled(std::chrono::microseconds(0))); }).join();
    };
    turn();
    EXPECT_EQ(work.passes, 1);
}

TEST_F(LoopDriverTest, CallsNothingOnceClosed) {
    driver->start(work);
    driver->wake();
    driver->close();
    turn();
    EXPECT_EQ(work.passes, 0);
    EXPECT_EQ(work.told, 0);
}

}  // namespace
}  // namespace punctual::testing
