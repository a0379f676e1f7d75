#pragma once
// The place of a scheduler in an event loop: what its driver and its executor share.

#include <punctual/schedulers/loop.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

#include "loops/loop_signal.hpp"

namespace punctual::detail {

class LoopPlace {
public:
    /// So long the loop goes on before whoever waits in it looks around.
    static constexpr std::chrono::milliseconds between_looks{5};

    /// *Throws* as `LoopSignal`.
    explicit LoopPlace(std::unique_ptr<EventLoop> loop) : loop_(std::move(loop)) {}

    // --- From any thread ---

    /// Asks for a turn.
    void wake() noexcept;
    /// Whether this is the loop's thread.
    [[nodiscard]] bool is_here() const noexcept;
    /// Asks for a turn; true if one was asked for `patience` ago and none came.
    [[nodiscard]] bool stalled(Duration patience) noexcept;
    /// Whether anyone has seen it stalled since its latest turn.
    [[nodiscard]] bool given_up() const noexcept { return given_up_; }

    // --- By the driver, on the loop's thread ---

    [[nodiscard]] EventLoop& loop() { return *loop_; }
    [[nodiscard]] const EventLoop& loop() const { return *loop_; }
    [[nodiscard]] LoopSignal& signal() { return signal_; }
    /// This thread is the loop's.
    void set_home() noexcept { home_ = std::this_thread::get_id(); }
    void begin_turn() noexcept;
    void end_turn() noexcept { --turning_; }

private:
    using Clock = std::chrono::steady_clock;

    const std::unique_ptr<EventLoop> loop_;
    LoopSignal signal_;
    std::atomic<std::thread::id> home_{};
    std::atomic<int> turning_ = 0;          // they nest where a job runs the loop
    std::atomic<Clock::rep> asked_at_ = 0;  // for a turn that has not come; 0: not
    std::atomic<bool> given_up_ = false;
};

}  // namespace punctual::detail
