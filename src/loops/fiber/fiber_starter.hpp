#pragma once
// How runs begin as fibers.

#include <memory>
#include <utility>

#include "loops/fiber/fiber_bell.hpp"
#include "loops/run_starter.hpp"

namespace punctual::detail {

class FiberStarter final : public RunStarter {
public:
    /// `happened` is rung whenever a run has ended.
    FiberStarter(std::shared_ptr<FiberBell> happened, std::size_t most_at_once)
        : happened_(std::move(happened)), most_at_once_(most_at_once) {}
    [[nodiscard]] bool start(RunTicket& ticket, LoopExecutor& executor) noexcept override;
    [[nodiscard]] std::size_t most_at_once() const override { return most_at_once_; }

private:
    const std::shared_ptr<FiberBell> happened_;
    const std::size_t most_at_once_;
};

}  // namespace punctual::detail
