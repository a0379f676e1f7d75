#pragma once
// An event_base as an event loop.

#include <punctual/errors.hpp>
#include <punctual/schedulers/loop.hpp>

#include <event2/event.h>
#include <event2/event_struct.h>

namespace punctual::detail {

class LibeventLoop final : public EventLoop {
public:
    explicit LibeventLoop(event_base* base) : base_(base) {
        if (base == nullptr) {
            throw ConfigurationError("a LibeventScheduler needs an event_base, not a null pointer");
        }
    }

    void watch(int descriptor, LoopTurns& turns) override {
        const auto call = [](evutil_socket_t, short, void* watched) {
            static_cast<LoopTurns*>(watched)->turn();
        };
        if (event_assign(&event_, base_, descriptor, EV_READ | EV_PERSIST, call, &turns) != 0 ||
            event_add(&event_, nullptr) != 0) {
            throw ExecutorError("the event_base does not take an event of the scheduler");
        }
    }
    void unwatch() noexcept override {
        if (!is_gone()) event_del(&event_);
    }
    // A base that is freed deletes its events; nothing else deletes this one. To ask libevent about
    // it would lead to the base.
    [[nodiscard]] bool is_gone() const noexcept override {
        return (event_.ev_evcallback.evcb_flags & EVLIST_INSERTED) == 0;
    }

private:
    event_base* const base_;
    // In here and not from event_new, for event_free would touch a base that is gone.
    event event_{};
};

}  // namespace punctual::detail
