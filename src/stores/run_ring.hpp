#pragma once
// The newest finished runs, for a store in memory. Records of runs are large, and one comes with
// each run: the memory of the oldest is used again.

#include <punctual/run.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace punctual::detail {

/// In the order of `append`. A reference holds until the next `append` or `erase_if`.
class RunRing {
public:
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const RunRecord& front() const { return records_[begin_]; }
    /// `i` from 0, the oldest, to `size()`.
    [[nodiscard]] const RunRecord& operator[](std::size_t i) const { return records_[place(i)]; }

    /// A new last one, to be filled: it holds what another one held.
    [[nodiscard]] RunRecord& append() {
        if (size_ == records_.size()) grow();
        return records_[place(size_++)];
    }
    void pop_front() {
        begin_ = place(1);
        --size_;
    }
    template <class Predicate>
    void erase_if(Predicate predicate) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            RunRecord& record = records_[place(i)];
            if (predicate(std::as_const(record))) continue;
            if (kept != i) std::swap(records_[place(kept)], record);
            ++kept;
        }
        size_ = kept;
    }

private:
    [[nodiscard]] std::size_t place(std::size_t i) const {
        const std::size_t at = begin_ + i;
        return at < records_.size() ? at : at - records_.size();
    }
    void grow() {
        // Not that of std::ranges, which clang 14 cannot compile with this standard library.
        std::rotate(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(begin_),
                    records_.end());
        begin_ = 0;
        records_.resize(std::max<std::size_t>(16, 2 * records_.size()));
    }

    std::vector<RunRecord> records_;
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
};

}  // namespace punctual::detail
