#pragma once
// One descriptor that is readable when a scheduler in an event loop has something to do: its next
// instant has come, the clock was set, or somebody asked.

#include <punctual/time.hpp>

#include <atomic>

#include "executors/file_descriptor.hpp"

namespace punctual::detail {

class LoopSignal {
public:
    /// *Throws* ExecutorError if the system has no descriptor left.
    LoopSignal();

    /// The descriptor to poll for input.
    [[nodiscard]] int descriptor() const { return both_.number(); }
    /// Makes it readable. From any thread; cheap while it is already.
    void wake() noexcept;

    // --- By the thread that watches ---

    /// It is not readable any more, but by a wake from now on.
    void clear() noexcept;
    /// Makes it readable at `next`: now, if that is past; never, for `Instant::max()`.
    void set(Instant next) noexcept;

private:
    void arm(Instant next) noexcept;

    WakeUp wake_up_;
    FileDescriptor timer_;
    FileDescriptor both_;  // polls the two above
    std::atomic<bool> woken_ = false;
    Instant armed_ = Instant::max();
};

}  // namespace punctual::detail
