#include "stores/run_ring.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <vector>

namespace punctual::detail {
namespace {

void append(RunRing& ring, RunId id) {
    ring.append() = {.id = id, .job_id = "job"};
}

std::vector<RunId> ids(const RunRing& ring) {
    std::vector<RunId> found;
    for (std::size_t i = 0; i < ring.size(); ++i) found.push_back(ring[i].id);
    return found;
}

TEST(RunRing, KeepsTheOrderInWhichRunsCame) {
    RunRing ring;
    EXPECT_TRUE(ring.empty());
    for (RunId id = 1; id <= 3; ++id) append(ring, id);
    EXPECT_EQ(ids(ring), (std::vector<RunId>{1, 2, 3}));
    EXPECT_EQ(ring.front().id, 1);
}

TEST(RunRing, GrowsInTheMiddleOfATurn) {
    RunRing ring;
    for (RunId id = 1; id <= 16; ++id) append(ring, id);
    for (int i = 0; i < 10; ++i) ring.pop_front();
    for (RunId id = 17; id <= 40; ++id) append(ring, id);
    ASSERT_EQ(ring.size(), 30u);
    for (std::size_t i = 0; i < ring.size(); ++i) EXPECT_EQ(ring[i].id, static_cast<RunId>(11 + i));
}

TEST(RunRing, UsesTheMemoryOfTheOldestAgain) {
    RunRing ring;
    for (RunId id = 1; id <= 16; ++id) append(ring, id);
    const RunRecord* oldest = &ring.front();
    ring.pop_front();
    EXPECT_EQ(&ring.append(), oldest);
}

TEST(RunRing, DoesWhatADequeDoes) {
    std::mt19937 random(1);
    RunRing ring;
    std::deque<RunId> expected;
    for (RunId id = 1; id <= 5000; ++id) {
        append(ring, id);
        expected.push_back(id);
        if (random() % 3 == 0) {
            ring.pop_front();
            expected.pop_front();
        }
        if (random() % 100 == 0) {
            const auto divisor = static_cast<RunId>(2 + random() % 5);
            ring.erase_if([&](const RunRecord& run) { return run.id % divisor == 0; });
            std::erase_if(expected, [&](RunId each) { return each % divisor == 0; });
        }
        ASSERT_EQ(ids(ring), std::vector<RunId>(expected.begin(), expected.end())) << id;
    }
}

}  // namespace
}  // namespace punctual::detail
