#pragma once
// A heap of due instants, for a store in memory. Items are 16 bytes and point at jobs; nothing
// points back, so moving an item touches no job. An item is out of date when its job carries
// another stamp: the owner passes over it.

#include <punctual/stores/store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace punctual::detail {

struct DueItem {
    std::int64_t key;
    std::uint32_t entry;
    std::uint32_t stamp;

    /// The instant with the priority below it: years up to 11000 leave five bits for that.
    [[nodiscard]] static std::int64_t make_key(Instant due, int priority) {
        constexpr std::int64_t limit = (std::int64_t{1} << (63 - priority_bits)) - 1;
        const std::int64_t time = std::clamp(due.time_since_epoch().count(), -limit, limit);
        return (time << priority_bits) + (highest_priority - priority);
    }
    [[nodiscard]] Instant due() const {
        return Instant(std::chrono::microseconds(key >> priority_bits));
    }
    /// By due, then by priority, then in the order of stamping (stamps wrap around).
    [[nodiscard]] bool before(const DueItem& other) const {
        if (key != other.key) return key < other.key;
        return static_cast<std::int32_t>(stamp - other.stamp) < 0;
    }

    static constexpr int priority_bits = 5;
    static_assert(highest_priority - lowest_priority < 1 << priority_bits);
};

/// Four children a node: half the levels of a binary heap, and siblings share a cache line.
class DueHeap {
public:
    [[nodiscard]] bool empty() const { return items_.empty(); }
    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] const DueItem& top() const { return items_.front(); }

    void push(DueItem item) {
        std::size_t hole = items_.size();
        items_.push_back(item);
        while (hole > 0) {
            const std::size_t parent = (hole - 1) / arity;
            if (!item.before(items_[parent])) break;
            items_[hole] = items_[parent];
            hole = parent;
        }
        items_[hole] = item;
    }

    void pop() {
        const DueItem last = items_.back();
        items_.pop_back();
        if (!items_.empty()) sift_down(0, last);
    }

    /// Drops the items that `keep` refuses; used when too many are out of date.
    template <class Keep>
    void filter(Keep keep) {
        std::erase_if(items_, [&](const DueItem& item) { return !keep(item); });
        for (std::size_t i = items_.size() / arity + 1; i-- > 0;) {
            if (i < items_.size()) sift_down(i, items_[i]);
        }
        if (items_.capacity() > 2 * items_.size()) items_.shrink_to_fit();
    }

private:
    static constexpr std::size_t arity = 4;

    void sift_down(std::size_t hole, DueItem item) {
        const std::size_t size = items_.size();
        for (;;) {
            const std::size_t first = hole * arity + 1;
            if (first >= size) break;
            const std::size_t child = least_child(first, size);
            if (!items_[child].before(item)) break;
            items_[hole] = items_[child];
            hole = child;
        }
        items_[hole] = item;
    }

    [[nodiscard]] std::size_t least_child(std::size_t first, std::size_t size) const {
        const std::size_t end = first + arity < size ? first + arity : size;
        std::size_t least = first;
        for (std::size_t i = first + 1; i < end; ++i) {
            if (items_[i].before(items_[least])) least = i;
        }
        return least;
    }

    std::vector<DueItem> items_;
};

}  // namespace punctual::detail
