#pragma once
// What the code that runs on a thread is inside of: a run, a pass.

#include <utility>

namespace punctual::detail {

/// The fiber that runs on this thread; null where it has none.
[[nodiscard]] const void* current_fiber() noexcept;
/// From now on this thread turns between fibers, and `look` says which of them runs.
void set_fiber_lookup(const void* (*look)()) noexcept;

/// Says, as long as it stays, that this thread is inside of `what`. Marks nest. Where a thread has
/// fibers, a mark holds for the one that made it and not for the others, which go on while that one
/// waits. *Thread safety*: it stays on its thread.
template <class T>
class ThreadMark {
public:
    explicit ThreadMark(const T* what) noexcept
        : what_(what), fiber_(current_fiber()), outer_(std::exchange(latest(), this)) {
        if (outer_ != nullptr) outer_->inner_ = this;
    }
    // The latest goes first, but for those of other fibers.
    ~ThreadMark() {
        (inner_ == nullptr ? latest() : inner_->outer_) = outer_;
        if (outer_ != nullptr) outer_->inner_ = inner_;
    }
    ThreadMark(const ThreadMark&) = delete;
    ThreadMark& operator=(const ThreadMark&) = delete;

    /// What the running code is inside of, at the innermost; null outside of all.
    [[nodiscard]] static const T* innermost() noexcept {
        return find([](const T*) { return true; });
    }
    /// Whether the running code is inside of one of which `is_wanted(what)` is true.
    template <class IsWanted>
    [[nodiscard]] static bool is_inside(IsWanted is_wanted) noexcept {
        return find(is_wanted) != nullptr;
    }

private:
    template <class IsWanted>
    [[nodiscard]] static const T* find(IsWanted is_wanted) noexcept {
        const void* const fiber = current_fiber();
        for (const ThreadMark* mark = latest(); mark != nullptr; mark = mark->outer_) {
            // One that was made before the thread had fibers is around all of them.
            const bool is_here = mark->fiber_ == nullptr || mark->fiber_ == fiber;
            if (is_here && is_wanted(mark->what_)) return mark->what_;
        }
        return nullptr;
    }
    static ThreadMark*& latest() noexcept {
        thread_local ThreadMark* latest = nullptr;
        return latest;
    }

    const T* const what_;
    const void* const fiber_;
    ThreadMark* outer_;
    ThreadMark* inner_ = nullptr;
};

}  // namespace punctual::detail
