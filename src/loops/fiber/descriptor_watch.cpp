#include "loops/fiber/descriptor_watch.hpp"

#include <punctual/errors.hpp>

#include <array>
#include <string>
#include <system_error>
#include <utility>

#include <pthread.h>

namespace punctual::detail {

DescriptorWatch::DescriptorWatch(int descriptor, std::function<void()> readable)
    : descriptor_(descriptor), readable_(std::move(readable)) {
    try {
        thread_ = std::thread([this] {
            pthread_setname_np(pthread_self(), "punctual-fiber");
            work();
        });
    } catch (const std::system_error& error) {
        throw ExecutorError(std::string("cannot start a thread for fibers: ") + error.what());
    }
}

DescriptorWatch::~DescriptorWatch() {
    change(State::ended);
    thread_.join();
}

void DescriptorWatch::arm() {
    change(State::armed);
}

void DescriptorWatch::change(State state) {
    {
        const std::lock_guard lock(mutex_);
        state_ = state;
    }
    wake_up_.raise();
}

DescriptorWatch::State DescriptorWatch::state() {
    const std::lock_guard lock(mutex_);
    return state_;
}

void DescriptorWatch::work() {
    for (State now = state(); now != State::ended; now = state()) {
        std::array<pollfd, 2> polled{{{.fd = wake_up_.number(), .events = POLLIN, .revents = 0},
                                      {.fd = descriptor_, .events = POLLIN, .revents = 0}}};
        poll_until(std::span(polled).first(now == State::armed ? 2 : 1), SteadyTime::max());
        if (polled[0].revents != 0) wake_up_.clear();
        if (polled[1].revents == 0) continue;
        {
            const std::lock_guard lock(mutex_);
            if (state_ != State::armed) continue;
            state_ = State::idle;
        }
        readable_();
    }
}

}  // namespace punctual::detail
