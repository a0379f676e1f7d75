#include "executors/look_ahead.hpp"

#include <gtest/gtest.h>

namespace punctual::detail {
namespace {

using namespace std::chrono_literals;

void record_turns(LookAhead& look_ahead, int turns, std::size_t runs,
                  std::chrono::nanoseconds took) {
    for (; turns > 0; --turns) look_ahead.record(runs, took);
}

TEST(LookAhead, TakesNothingAheadBeforeAnythingIsKnown) {
    EXPECT_EQ(LookAhead(4).size(), 0U);
}

TEST(LookAhead, TakesNothingAheadOfSlowRuns) {
    LookAhead look_ahead(4);
    record_turns(look_ahead, 100, 1, 6ms);
    EXPECT_EQ(look_ahead.size(), 0U);
}

TEST(LookAhead, TakesWhatTheThreadsGetToWithinTheWindow) {
    LookAhead look_ahead(4);
    record_turns(look_ahead, 100, 10, 10ms);
    EXPECT_GE(look_ahead.size(), 4U * 4);
    EXPECT_LE(look_ahead.size(), 4U * 5);
}

TEST(LookAhead, StaysBelowItsLimit) {
    LookAhead look_ahead(64);
    record_turns(look_ahead, 100, 1000, 1us);
    EXPECT_EQ(look_ahead.size(), LookAhead::limit);
}

TEST(LookAhead, OneSlowRunStopsItAtOnce) {
    LookAhead look_ahead(4);
    record_turns(look_ahead, 100, 1000, 1ms);
    look_ahead.record(1, 1s);
    EXPECT_EQ(look_ahead.size(), 0U);
}

TEST(LookAhead, RecoversFromASlowRun) {
    LookAhead look_ahead(4);
    look_ahead.record(1, 1s);
    record_turns(look_ahead, 20, 1000, 1ms);
    EXPECT_GT(look_ahead.size(), 0U);
}

TEST(LookAhead, ATurnThatFoundNothingLeftSaysNothing) {
    LookAhead look_ahead(4);
    record_turns(look_ahead, 100, 1000, 1ms);
    const std::size_t before = look_ahead.size();
    look_ahead.record(0, 1s);
    EXPECT_EQ(look_ahead.size(), before);
}

}  // namespace
}  // namespace punctual::detail
