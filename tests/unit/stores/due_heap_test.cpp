#include "stores/due_heap.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

namespace punctual::detail {
namespace {

std::vector<std::int64_t> drain(DueHeap& heap) {
    std::vector<std::int64_t> order;
    while (!heap.empty()) {
        order.push_back(heap.top().key);
        heap.pop();
    }
    return order;
}

TEST(DueHeap, IsEmptyAtFirst) {
    EXPECT_TRUE(DueHeap().empty());
    EXPECT_EQ(DueHeap().size(), 0u);
}

TEST(DueHeap, GivesEqualOnesInTheOrderOfStamping) {
    DueHeap heap;
    for (const std::uint32_t stamp : {3U, 1U, 5U, 2U, 4U}) heap.push({7, stamp, stamp});
    for (std::uint32_t stamp = 1; stamp <= 5; ++stamp) {
        EXPECT_EQ(heap.top().stamp, stamp);
        heap.pop();
    }
}

TEST(DueHeap, KeepsTheOrderOfStampsThatWrapAround) {
    constexpr auto last = std::numeric_limits<std::uint32_t>::max();
    DueHeap heap;
    heap.push({7, 1, 1});
    heap.push({7, 0, last});
    EXPECT_EQ(heap.top().stamp, last);
}

RC_GTEST_PROP(DueHeapProperty, GivesAllInOrder, (std::vector<std::int64_t> dues)) {
    DueHeap heap;
    std::uint32_t stamp = 0;
    for (const std::int64_t due : dues) heap.push({due, 0, ++stamp});
    RC_ASSERT(heap.size() == dues.size());
    std::ranges::sort(dues);
    RC_ASSERT(drain(heap) == dues);
}

RC_GTEST_PROP(DueHeapProperty, KeepsItsOrderAmongPushesAndPops, (std::vector<std::int64_t> dues)) {
    DueHeap heap;
    std::vector<std::int64_t> model;
    std::uint32_t stamp = 0;
    for (const std::int64_t due : dues) {
        heap.push({due, 0, ++stamp});
        model.push_back(due);
        std::ranges::sort(model);
        if (*rc::gen::arbitrary<bool>()) {
            RC_ASSERT(heap.top().key == model.front());
            heap.pop();
            model.erase(model.begin());
        }
    }
    RC_ASSERT(drain(heap) == model);
}

RC_GTEST_PROP(DueHeapProperty, DropsWhatIsNotKeptAndStaysInOrder,
              (std::vector<std::int64_t> dues)) {
    DueHeap heap;
    std::uint32_t stamp = 0;
    for (const std::int64_t due : dues) heap.push({due, 0, ++stamp});
    heap.filter([](const DueItem& item) { return item.key % 3 != 0; });
    std::erase_if(dues, [](std::int64_t due) { return due % 3 == 0; });
    std::ranges::sort(dues);
    RC_ASSERT(drain(heap) == dues);
}

}  // namespace
}  // namespace punctual::detail
