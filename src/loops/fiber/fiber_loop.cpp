#include "loops/fiber/fiber_loop.hpp"

#include <boost/fiber/context.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>

#include <array>
#include <atomic>
#include <utility>

#include <poll.h>

#include "loops/fiber/descriptor_watch.hpp"
#include "tasks/thread_mark.hpp"

namespace punctual::detail {
namespace {

bool is_readable(int descriptor) {
    std::array<pollfd, 1> polled{{{.fd = descriptor, .events = POLLIN, .revents = 0}}};
    return ::poll(polled.data(), polled.size(), 0) > 0;
}

const void* active_fiber() {
    return boost::fibers::context::active();
}

}  // namespace

/// The fiber that makes turns shares it with the loop.
class FiberLoop::Watch {
public:
    Watch(int descriptor, LoopTurns& turns, std::shared_ptr<FiberBell> happened)
        : descriptor_(descriptor),
          turns_(turns),
          happened_(std::move(happened)),
          thread_(std::make_unique<DescriptorWatch>(descriptor, [this] { bell_.ring(); })) {}

    // The fiber.
    void work() {
        while (!ended_) {
            if (is_readable(descriptor_)) {
                turning_ = boost::this_fiber::get_id();
                turns_.turn();
                turning_ = {};
                turned_.ring();
                happened_->ring();
                boost::this_fiber::yield();
            } else {
                thread_->arm();
                bell_.wait();
            }
        }
    }
    // A listener may have suspended the fiber in a turn, which has to end.
    void end() {
        ended_ = true;
        thread_.reset();
        bell_.ring();
        while (turning_ != boost::fibers::fiber::id() && turning_ != boost::this_fiber::get_id()) {
            turned_.wait();
        }
    }

private:
    const int descriptor_;
    LoopTurns& turns_;
    const std::shared_ptr<FiberBell> happened_;
    FiberBell bell_;
    FiberBell turned_;
    boost::fibers::fiber::id turning_{};
    std::atomic<bool> ended_ = false;
    std::unique_ptr<DescriptorWatch> thread_;
};

FiberLoop::~FiberLoop() = default;

void FiberLoop::watch(int descriptor, LoopTurns& turns) {
    set_fiber_lookup(active_fiber);
    watch_ = std::make_shared<Watch>(descriptor, turns, happened_);
    boost::fibers::fiber(boost::fibers::launch::post, [watch = watch_] { watch->work(); }).detach();
}

void FiberLoop::unwatch() noexcept {
    std::exchange(watch_, nullptr)->end();
}

bool FiberLoop::run_ready(std::chrono::milliseconds longest_wait) noexcept {
    happened_->wait_for(longest_wait);
    return true;
}

}  // namespace punctual::detail
