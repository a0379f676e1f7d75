#pragma once
// An io_context as an event loop.

#include <punctual/schedulers/loop.hpp>

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace punctual::detail {

/// *Thread safety*: safe, `unwatch` too.
class AsioLoop final : public EventLoop {
public:
    explicit AsioLoop(boost::asio::io_context& context) : context_(context) {}
    AsioLoop(const AsioLoop&) = delete;
    AsioLoop& operator=(const AsioLoop&) = delete;
    ~AsioLoop() override;

    void watch(int descriptor, LoopTurns& turns) override;
    /// Waits for a turn on another thread to end.
    void unwatch() noexcept override;
    [[nodiscard]] std::optional<bool> is_here() const noexcept override;
    [[nodiscard]] bool is_gone() const noexcept override;
    bool run_ready(std::chrono::milliseconds longest_wait) noexcept override;

private:
    class Watch;
    [[nodiscard]] std::shared_ptr<Watch> watch() const;
    void throw_later();

    boost::asio::io_context& context_;
    mutable std::mutex mutex_;  // guards all below
    // Its handlers in the context own it, and go with the context.
    std::weak_ptr<Watch> watch_;
    bool watching_ = false;
    std::vector<std::exception_ptr> thrown_;  // by handlers, in `run_ready`
};

}  // namespace punctual::detail
