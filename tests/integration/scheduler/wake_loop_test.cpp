// The loop of a thread, on the system's own clocks.

#include "scheduler/wake_loop.hpp"

#include <punctual/clock.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

namespace punctual::detail {
namespace {

TEST(WakeLoop, StepsAtTheInstantThatTheLastStepSaidAndNotBefore) {
    WakeLoop loop;
    Instant next = Instant::min();
    int steps = 0;
    loop.run([&] {
        const Instant now = system_clock()->now();
        EXPECT_GE(now, next);
        if (++steps == 20) loop.stop();
        next = now + std::chrono::milliseconds(1);
        return next;
    });
    EXPECT_EQ(steps, 20);
}

TEST(WakeLoop, StepsAtOnceForAnInstantThatHasPassed) {
    WakeLoop loop;
    int steps = 0;
    loop.run([&] {
        if (++steps == 3) loop.stop();
        return Instant::min();
    });
    EXPECT_EQ(steps, 3);
}

TEST(WakeLoop, NoWakeOfAnotherThreadIsLost) {
    WakeLoop loop;
    std::atomic<int> asked = 0;
    std::atomic<int> seen = 0;
    std::thread waker([&] {
        for (int i = 1; i <= 10'000; ++i) {
            asked = i;
            loop.wake();
            while (seen < i) std::this_thread::yield();
        }
        loop.stop();
    });
    loop.run([&] {
        seen = asked.load();
        return Instant::max();
    });
    waker.join();
    EXPECT_EQ(seen, 10'000);
}

TEST(WakeLoop, RunsAgainAfterItsEnd) {
    WakeLoop loop;
    int steps = 0;
    for (int i = 0; i < 2; ++i) {
        loop.reset();
        loop.run([&] {
            ++steps;
            loop.stop();
            return Instant::max();
        });
    }
    EXPECT_EQ(steps, 2);
}

// Sets the clock to what it shows, which loses the microseconds in between.
TEST(WakeLoop, StepsWhenTheClockIsSet) {
    if (std::getenv("PUNCTUAL_TEST_SET_CLOCK") == nullptr) {
        GTEST_SKIP() << "it sets the system's clock: allow it with PUNCTUAL_TEST_SET_CLOCK=1";
    }
    WakeLoop loop;
    int steps = 0;
    bool permitted = true;
    loop.run([&] {
        timespec time{};
        EXPECT_EQ(::clock_gettime(CLOCK_REALTIME, &time), 0);
        permitted = ::clock_settime(CLOCK_REALTIME, &time) == 0;
        if (!permitted || ++steps == 3) loop.stop();
        return Instant::max();
    });
    if (!permitted) GTEST_SKIP() << "not permitted";
    EXPECT_EQ(steps, 3);
}

}  // namespace
}  // namespace punctual::detail
