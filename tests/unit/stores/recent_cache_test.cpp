#include "stores/recent_cache.hpp"

#include <gtest/gtest.h>

#include <string>

namespace punctual::detail {
namespace {

TEST(RecentCache, FindsWhatItKeeps) {
    RecentCache<int, std::string> cache(2);
    cache.keep(1, "one");
    ASSERT_NE(cache.find(1), nullptr);
    EXPECT_EQ(*cache.find(1), "one");
    EXPECT_EQ(cache.find(2), nullptr);
}

TEST(RecentCache, ReplacesAnEntry) {
    RecentCache<int, std::string> cache(2);
    cache.keep(1, "one");
    EXPECT_EQ(cache.keep(1, "uno"), "uno");
    EXPECT_EQ(*cache.find(1), "uno");
}

TEST(RecentCache, ReplacesAnEntryThatHasGrownOld) {
    RecentCache<int, std::string> cache(2);
    for (const int key : {1, 2, 3}) cache.keep(key, "old");
    cache.keep(1, "new");
    for (const int key : {4, 5}) cache.keep(key, "other");
    const std::string* found = cache.find(1);
    EXPECT_TRUE(found == nullptr || *found == "new");
}

TEST(RecentCache, KeepsWhatIsUsedAndDropsTheRest) {
    RecentCache<int, int> cache(4);
    for (int key = 0; key < 100; ++key) {
        cache.keep(key, key);
        ASSERT_NE(cache.find(0), nullptr) << "used each time, at " << key;
    }
    int kept = 0;
    for (int key = 1; key < 96; ++key) kept += cache.find(key) != nullptr ? 1 : 0;
    EXPECT_LE(kept, 8);
}

TEST(RecentCache, ForgetsAllWhenCleared) {
    RecentCache<int, int> cache(1);
    cache.keep(1, 1);
    cache.keep(2, 2);
    cache.clear();
    EXPECT_EQ(cache.find(1), nullptr);
    EXPECT_EQ(cache.find(2), nullptr);
}

}  // namespace
}  // namespace punctual::detail
