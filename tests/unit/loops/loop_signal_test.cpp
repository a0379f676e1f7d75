#include "loops/loop_signal.hpp"

#include <gtest/gtest.h>

#include <thread>

#include <poll.h>

namespace punctual::detail {
namespace {

const Instant past = parse_instant("2020-01-01T00:00:00Z");
const Instant future = parse_instant("2200-01-01T00:00:00Z");

bool is_readable(const LoopSignal& signal) {
    pollfd polled{.fd = signal.descriptor(), .events = POLLIN, .revents = 0};
    return ::poll(&polled, 1, 0) == 1;
}

TEST(LoopSignal, IsQuietAtFirst) {
    const LoopSignal signal;
    EXPECT_FALSE(is_readable(signal));
}

TEST(LoopSignal, IsReadableFromAWakeUntilItIsCleared) {
    LoopSignal signal;
    signal.wake();
    EXPECT_TRUE(is_readable(signal));
    signal.wake();
    signal.clear();
    EXPECT_FALSE(is_readable(signal));
    signal.wake();
    EXPECT_TRUE(is_readable(signal));
}

TEST(LoopSignal, IsReadableAtOnceForWhatIsDueAlready) {
    LoopSignal signal;
    signal.set(past);
    EXPECT_TRUE(is_readable(signal));
    signal.clear();
    EXPECT_FALSE(is_readable(signal));
    signal.set(Instant::min());
    EXPECT_TRUE(is_readable(signal));
}

TEST(LoopSignal, IsQuietUntilItsInstant) {
    LoopSignal signal;
    signal.set(future);
    EXPECT_FALSE(is_readable(signal));
    signal.set(Instant::max());
    EXPECT_FALSE(is_readable(signal));
}

TEST(LoopSignal, AWakeDoesNotLoseTheInstant) {
    LoopSignal signal;
    signal.set(future);
    signal.wake();
    signal.clear();
    signal.set(past);
    EXPECT_TRUE(is_readable(signal));
}

TEST(LoopSignal, IsWokenByAnotherThread) {
    LoopSignal signal;
    for (int round = 0; round < 1000; ++round) {
        std::thread other([&] { signal.wake(); });
        pollfd polled{.fd = signal.descriptor(), .events = POLLIN, .revents = 0};
        EXPECT_EQ(::poll(&polled, 1, -1), 1);
        signal.clear();
        other.join();
    }
}

}  // namespace
}  // namespace punctual::detail
