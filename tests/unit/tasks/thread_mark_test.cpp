#include "tasks/thread_mark.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace punctual::detail {
namespace {

using Mark = ThreadMark<int>;

const int one = 1;
const int two = 2;

TEST(ThreadMark, IsOfTheInnermost) {
    EXPECT_EQ(Mark::innermost(), nullptr);
    {
        const Mark outer(&one);
        EXPECT_EQ(Mark::innermost(), &one);
        {
            const Mark inner(&two);
            EXPECT_EQ(Mark::innermost(), &two);
        }
        EXPECT_EQ(Mark::innermost(), &one);
    }
    EXPECT_EQ(Mark::innermost(), nullptr);
}

TEST(ThreadMark, TellsOfThoseFurtherOutToo) {
    const auto is_inside = [](const int& what) {
        return Mark::is_inside([&what](const int* marked) { return marked == &what; });
    };
    EXPECT_FALSE(is_inside(one));
    const Mark outer(&one);
    EXPECT_FALSE(is_inside(two));
    const Mark inner(&two);
    EXPECT_TRUE(is_inside(one));
    EXPECT_TRUE(is_inside(two));
}

TEST(ThreadMark, HoldsForItsThread) {
    const Mark mark(&one);
    std::thread([] { EXPECT_EQ(Mark::innermost(), nullptr); }).join();
}

// Fibers that the test turns between.
const int first = 0;
const int second = 0;
thread_local const int* active = nullptr;

void in_a_thread_with_fibers(void (*test)()) {
    std::thread([test] {
        active = &first;
        set_fiber_lookup([]() -> const void* { return active; });
        test();
    }).join();
}

TEST(ThreadMark, HoldsForItsFiber) {
    in_a_thread_with_fibers([] {
        const Mark mark(&one);
        active = &second;
        EXPECT_EQ(Mark::innermost(), nullptr);
        active = &first;
        EXPECT_EQ(Mark::innermost(), &one);
    });
}

TEST(ThreadMark, FibersLeaveInAnyOrder) {
    in_a_thread_with_fibers([] {
        std::optional<Mark> of_first(&one);
        active = &second;
        std::optional<Mark> of_second(&two);
        active = &first;
        of_first.reset();
        EXPECT_EQ(Mark::innermost(), nullptr);
        active = &second;
        EXPECT_EQ(Mark::innermost(), &two);
        of_second.reset();
        EXPECT_EQ(Mark::innermost(), nullptr);
    });
}

TEST(ThreadMark, OneThatWasThereBeforeFibersHoldsForAllOfThem) {
    std::thread([] {
        const Mark mark(&one);
        active = &second;
        set_fiber_lookup([]() -> const void* { return active; });
        EXPECT_EQ(Mark::innermost(), &one);
    }).join();
}

}  // namespace
}  // namespace punctual::detail
