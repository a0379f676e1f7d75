#pragma once
// The fibers of a thread as an event loop.

#include <punctual/schedulers/loop.hpp>

#include <memory>

#include "loops/fiber/fiber_bell.hpp"

namespace punctual::detail {

class FiberLoop final : public EventLoop {
public:
    /// `happened` is rung by it after each turn, and by others.
    explicit FiberLoop(std::shared_ptr<FiberBell> happened) : happened_(std::move(happened)) {}
    FiberLoop(const FiberLoop&) = delete;
    FiberLoop& operator=(const FiberLoop&) = delete;
    ~FiberLoop() override;

    void watch(int descriptor, LoopTurns& turns) override;
    void unwatch() noexcept override;
    bool run_ready(std::chrono::milliseconds longest_wait) noexcept override;

private:
    class Watch;
    const std::shared_ptr<FiberBell> happened_;
    std::shared_ptr<Watch> watch_;
};

}  // namespace punctual::detail
