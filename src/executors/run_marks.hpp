#pragma once
// How far a worker process has come with the runs it was given: one word of memory that it shares
// with its pool, so that no crash makes it unknown which run had begun.

#include <atomic>
#include <cstdint>

namespace punctual::detail {

/// Runs are counted 1, 2, 3, … and begun in that order. The pool may take back those that have not
/// begun; the worker passes over them then, and goes on with what it is given later.
/// *Thread safety*: safe, in both processes. *Lifetime*: refers to `word`, which starts as 0.
class RunMarks {
public:
    using Word = std::atomic<std::uint64_t>;
    static_assert(Word::is_always_lock_free, "a lock would not be shared");

    explicit RunMarks(Word& word) : word_(&word) {}

    /// The worker's, before anything of run `sequence` happens. False if it was taken back.
    [[nodiscard]] bool begin(std::uint32_t sequence) noexcept {
        std::uint64_t word = word_->load();
        do {
            if (sequence < next_of(word)) return false;
        } while (!word_->compare_exchange_weak(word, word_of(sequence, next_of(word))));
        return true;
    }

    /// The run that began last; 0 if none has.
    [[nodiscard]] std::uint32_t begun() const noexcept { return begun_of(word_->load()); }

    /// The pool's: of the runs up to `last`, those that have not begun will not. Returns the run
    /// that began last.
    std::uint32_t take_back(std::uint32_t last) noexcept {
        std::uint64_t word = word_->load();
        while (!word_->compare_exchange_weak(word, word_of(begun_of(word), last + 1))) {
        }
        return begun_of(word);
    }

private:
    static std::uint32_t begun_of(std::uint64_t word) {
        return static_cast<std::uint32_t>(word >> 32U);
    }
    // The first one that may still begin.
    static std::uint32_t next_of(std::uint64_t word) { return static_cast<std::uint32_t>(word); }
    static std::uint64_t word_of(std::uint32_t begun, std::uint32_t next) {
        return (std::uint64_t{begun} << 32U) | next;
    }

    Word* word_;
};

}  // namespace punctual::detail
