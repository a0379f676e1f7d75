#pragma once
// A bounded map that keeps what was used recently.

#include <cstddef>
#include <unordered_map>
#include <utility>

namespace punctual::detail {

/// Holds at least the `capacity` entries used last and at most twice as many. Two maps stand in for
/// an order of use: when the young one is full it becomes the old one, whose entries are dropped.
/// *Thread safety*: none.
template <class Key, class Entry, class Hash = std::hash<Key>, class Equal = std::equal_to<Key>>
class RecentCache {
public:
    explicit RecentCache(std::size_t capacity) : capacity_(capacity) {}

    /// Null if there is none. *Lifetime*: until the next call of a function of this cache.
    template <class K>
    [[nodiscard]] const Entry* find(const K& key) {
        if (const auto found = young_.find(key); found != young_.end()) return &found->second;
        const auto found = old_.find(key);
        if (found == old_.end()) return nullptr;
        auto node = old_.extract(found);
        make_room();
        return &young_.insert(std::move(node)).position->second;
    }

    const Entry& keep(Key key, Entry entry) {
        make_room();
        return young_.insert_or_assign(std::move(key), std::move(entry)).first->second;
    }

    void clear() {
        young_.clear();
        old_.clear();
    }

private:
    using Map = std::unordered_map<Key, Entry, Hash, Equal>;

    void make_room() {
        if (young_.size() < capacity_) return;
        old_ = std::move(young_);
        young_ = Map();
    }

    std::size_t capacity_;
    Map young_;
    Map old_;
};

}  // namespace punctual::detail
