#pragma once
// Finds jobs by id, for a store in memory: open addressing over 8-byte slots that keep a part of
// the hash, so that growing and probing touch no job.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace punctual::detail {

class IdIndex {
public:
    [[nodiscard]] static std::uint32_t hash_of(std::string_view id) {
        const std::size_t hash = std::hash<std::string_view>()(id);
        return static_cast<std::uint32_t>(hash ^ (hash >> 32));
    }

    /// The entry under `hash` for which `matches(entry)` holds.
    template <class Matches>
    [[nodiscard]] std::optional<std::uint32_t> find(std::uint32_t hash, Matches matches) const {
        if (slots_.empty()) return std::nullopt;
        for (std::size_t i = hash & mask();; i = (i + 1) & mask()) {
            const Slot& slot = slots_[i];
            if (slot.entry == none) return std::nullopt;
            if (slot.hash == hash && matches(slot.entry)) return slot.entry;
        }
    }

    /// Has the memory fetched that `find` and `erase` look at first.
    void prefetch(std::uint32_t hash) const {
        if (!slots_.empty()) __builtin_prefetch(&slots_[hash & mask()]);
    }

    /// `entry` must not be in it.
    void insert(std::uint32_t hash, std::uint32_t entry) {
        if ((size_ + 1) * 8 > slots_.size() * 7) grow();
        place({hash, entry});
        ++size_;
    }

    /// `entry` must be in it.
    void erase(std::uint32_t hash, std::uint32_t entry) {
        std::size_t hole = hash & mask();
        while (slots_[hole].entry != entry) hole = (hole + 1) & mask();
        // Entries that probing moved past the hole move back, so that no marker of it is needed.
        for (std::size_t i = (hole + 1) & mask(); slots_[i].entry != none; i = (i + 1) & mask()) {
            const std::size_t home = slots_[i].hash & mask();
            if (((i - home) & mask()) >= ((i - hole) & mask())) {
                slots_[hole] = slots_[i];
                hole = i;
            }
        }
        slots_[hole] = {};
        --size_;
    }

    void clear() {
        slots_.clear();
        size_ = 0;
    }

private:
    static constexpr std::uint32_t none = ~0u;
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t entry = none;
    };

    [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }

    void place(Slot slot) {
        std::size_t i = slot.hash & mask();
        while (slots_[i].entry != none) i = (i + 1) & mask();
        slots_[i] = slot;
    }

    void grow() {
        std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
        std::swap(old, slots_);
        for (const Slot& slot : old) {
            if (slot.entry != none) place(slot);
        }
    }

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
};

}  // namespace punctual::detail
