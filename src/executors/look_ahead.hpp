#pragma once
// How many runs a thread pool takes beyond its free threads.
//
// Runs that wait in the pool are on record as started although they have not begun: after a crash
// they count as lost. So a pool takes no more than it gets to within `window`. With slow jobs that
// is nothing beyond the free threads; with tiny ones enough to keep the threads busy until the
// engine has been to the store and back.

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace punctual::detail {

/// Threads tell how long runs took them; `size` is how many the pool would begin within `window`.
/// A slow run weighs in with its whole length, so a few among many tiny ones bring the figure down
/// at once; it takes about a dozen turns of tiny ones to bring it up again. *Thread safety*: none.
class LookAhead {
public:
    static constexpr std::chrono::nanoseconds window = std::chrono::milliseconds(5);
    static constexpr std::size_t limit = 4096;

    explicit LookAhead(std::size_t threads) : threads_(threads) {}

    /// A thread did `runs` of them, one after another.
    void record(std::size_t runs, std::chrono::nanoseconds took) {
        if (runs == 0) return;
        const std::chrono::nanoseconds each = took / static_cast<std::int64_t>(runs);
        mean_ = std::max((3 * mean_ + each) / 4, std::chrono::nanoseconds(1));
    }

    [[nodiscard]] std::size_t size() const {
        return std::min(threads_ * static_cast<std::size_t>(window / mean_), limit);
    }

private:
    std::size_t threads_;
    // Of one run. As long as nothing is known, nothing is taken ahead.
    std::chrono::nanoseconds mean_ = 2 * window;
};

}  // namespace punctual::detail
