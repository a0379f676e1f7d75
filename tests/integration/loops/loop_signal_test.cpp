// The signal of event loops on the system's own clock.

#include "loops/loop_signal.hpp"

#include <gtest/gtest.h>
#include <punctual/clock.hpp>

#include <cstdlib>
#include <thread>

#include <poll.h>

namespace punctual::detail {
namespace {

/// Waits until it is readable.
void wait_for(const LoopSignal& signal) {
    pollfd polled{.fd = signal.descriptor(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&polled, 1, -1), 1);
}

TEST(LoopSignalOnTheClock, IsReadableAtItsInstantAndNotBefore) {
    LoopSignal signal;
    for (int i = 1; i <= 20; ++i) {
        const Instant instant = system_clock()->now() + std::chrono::microseconds(100 * i);
        signal.set(instant);
        wait_for(signal);
        EXPECT_GE(system_clock()->now(), instant);
        signal.clear();
    }
}

TEST(LoopSignalOnTheClock, AnEarlierInstantTakesThePlaceOfALaterOne) {
    LoopSignal signal;
    signal.set(system_clock()->now() + std::chrono::hours(1));
    signal.set(system_clock()->now() + std::chrono::milliseconds(1));
    wait_for(signal);
}

// Sets the clock to what it shows, which loses the microseconds in between.
TEST(LoopSignalOnTheClock, IsReadableWhenTheClockIsSet) {
    if (std::getenv("PUNCTUAL_TEST_SET_CLOCK") == nullptr) {
        GTEST_SKIP() << "it sets the system's clock: allow it with PUNCTUAL_TEST_SET_CLOCK=1";
    }
    LoopSignal signal;
    for (int i = 0; i < 3; ++i) {
        signal.set(system_clock()->now() + std::chrono::hours(1));
        timespec time{};
        ASSERT_EQ(::clock_gettime(CLOCK_REALTIME, &time), 0);
        if (::clock_settime(CLOCK_REALTIME, &time) != 0) GTEST_SKIP() << "not permitted";
        wait_for(signal);
        signal.clear();
        pollfd polled{.fd = signal.descriptor(), .events = POLLIN, .revents = 0};
        EXPECT_EQ(::poll(&polled, 1, 0), 0);
    }
}

}  // namespace
}  // namespace punctual::detail
