#include "stores/id_index.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace punctual::detail {
namespace {

constexpr auto any = [](std::uint32_t) { return true; };

TEST(IdIndex, FindsNothingAtFirst) {
    EXPECT_FALSE(IdIndex().find(1, any));
}

TEST(IdIndex, TellsApartEntriesOfOneHash) {
    IdIndex index;
    index.insert(9, 1);
    index.insert(9, 2);
    EXPECT_EQ(index.find(9, [](std::uint32_t entry) { return entry == 2; }), 2u);
    index.erase(9, 1);
    EXPECT_EQ(index.find(9, any), 2u);
    EXPECT_FALSE(index.find(9, [](std::uint32_t entry) { return entry == 1; }));
}

TEST(IdIndex, ForgetsAllWhenCleared) {
    IdIndex index;
    index.insert(9, 1);
    index.clear();
    EXPECT_FALSE(index.find(9, any));
    index.insert(9, 3);
    EXPECT_EQ(index.find(9, any), 3u);
}

/// Hashes that collide often, also around the end of the table.
std::uint32_t colliding_hash(std::uint32_t entry) {
    return entry % 3 == 0 ? 0xffffffffU : entry % 5;
}

RC_GTEST_PROP(IdIndexProperty, IsAMap, ()) {
    IdIndex index;
    std::map<std::uint32_t, bool> model;
    const auto steps = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0U, 60U));
    for (const std::uint32_t entry : steps) {
        bool& present = model[entry];
        if (present) {
            index.erase(colliding_hash(entry), entry);
        } else {
            index.insert(colliding_hash(entry), entry);
        }
        present = !present;
        for (const auto& known : model) {
            const std::uint32_t other = known.first;
            const auto found = index.find(
                colliding_hash(other), [&](std::uint32_t candidate) { return candidate == other; });
            RC_ASSERT(found.has_value() == known.second);
        }
    }
}

}  // namespace
}  // namespace punctual::detail
