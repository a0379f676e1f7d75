#include "executors/run_marks.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace punctual::detail {
namespace {

class RunMarksTest : public ::testing::Test {
protected:
    RunMarks::Word word = 0;
    RunMarks marks{word};
};

TEST_F(RunMarksTest, NothingHasBegunAtFirst) {
    EXPECT_EQ(marks.begun(), 0U);
}

TEST_F(RunMarksTest, TellsWhatBeganLast) {
    EXPECT_TRUE(marks.begin(1));
    EXPECT_TRUE(marks.begin(2));
    EXPECT_EQ(marks.begun(), 2U);
}

TEST_F(RunMarksTest, WhatWasTakenBackDoesNotBegin) {
    EXPECT_TRUE(marks.begin(1));
    EXPECT_EQ(marks.take_back(3), 1U);
    EXPECT_FALSE(marks.begin(2));
    EXPECT_FALSE(marks.begin(3));
    EXPECT_TRUE(marks.begin(4));
    EXPECT_EQ(marks.begun(), 4U);
}

TEST_F(RunMarksTest, WhatHasBegunIsNotTakenBack) {
    EXPECT_TRUE(marks.begin(1));
    EXPECT_EQ(marks.take_back(1), 1U);
    EXPECT_TRUE(marks.begin(2));
}

// Each run either begins or is taken back, and both sides agree on which.
TEST_F(RunMarksTest, BothSidesAgree) {
    constexpr std::uint32_t runs = 20'000;
    std::atomic<std::uint32_t> sent = 0;
    std::vector<char> began(runs + 1, 0);
    std::thread worker([&] {
        for (std::uint32_t run = 1; run <= runs; ++run) {
            while (sent.load() < run) std::this_thread::yield();
            began[run] = marks.begin(run) ? 1 : 0;
        }
    });
    std::vector<char> taken(runs + 1, 0);
    for (std::uint32_t last = 10; last <= runs; last += 10) {
        sent.store(last);
        const std::uint32_t begun = marks.take_back(last);
        for (std::uint32_t run = std::max(begun, last - 10) + 1; run <= last; ++run) taken[run] = 1;
    }
    worker.join();
    for (std::uint32_t run = 1; run <= runs; ++run) ASSERT_NE(began[run], taken[run]) << run;
}

}  // namespace
}  // namespace punctual::detail
