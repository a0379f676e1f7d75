#pragma once
// The least that an event loop can be: for tests of what is made for all of them.

#include <punctual/schedulers/loop.hpp>

#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include <poll.h>

namespace punctual::testing {

/// *Thread safety*: none.
class PollLoop {
public:
    void watch(int descriptor, LoopTurns& turns) { watched_.push_back({descriptor, &turns}); }
    void unwatch(int descriptor) {
        std::erase_if(watched_, [=](const Watched& one) { return one.descriptor == descriptor; });
    }
    /// Calls it in a round to come.
    void post(std::function<void()> function) { posted_.push_back(std::move(function)); }
    void quit() { quit_ = true; }
    [[nodiscard]] bool is_watched() const { return !watched_.empty(); }

    /// Until `quit`.
    void run() {
        while (!quit_) run_once(-1);
        quit_ = false;
    }
    /// One round: waits up to `timeout` ms, -1: without end, if there is nothing to do.
    void run_once(int timeout) {
        std::vector<pollfd> polled;
        for (const Watched& one : watched_) {
            polled.push_back({.fd = one.descriptor, .events = POLLIN, .revents = 0});
        }
        ::poll(polled.data(), polled.size(), posted_.empty() ? timeout : 0);
        for (std::size_t left = posted_.size(); left > 0; --left) {
            const auto function = std::move(posted_.front());
            posted_.pop_front();
            function();
        }
        for (const pollfd& one : polled) {
            if (one.revents != 0) turn(one.fd);
        }
    }

private:
    struct Watched {
        int descriptor;
        LoopTurns* turns;
    };
    // What was called before may have ended its watch.
    void turn(int descriptor) {
        for (const Watched& one : std::vector<Watched>(watched_)) {
            if (one.descriptor == descriptor) one.turns->turn();
        }
    }

    std::vector<Watched> watched_;
    std::deque<std::function<void()>> posted_;
    bool quit_ = false;
};

/// A PollLoop as adapters see one. *Lifetime*: the loop outlives it.
class PollEventLoop final : public EventLoop {
public:
    explicit PollEventLoop(PollLoop& loop) : loop_(loop) {}
    void watch(int descriptor, LoopTurns& turns) override {
        descriptor_ = descriptor;
        loop_.watch(descriptor, turns);
    }
    void unwatch() noexcept override { loop_.unwatch(descriptor_); }

private:
    PollLoop& loop_;
    int descriptor_ = -1;
};

}  // namespace punctual::testing
