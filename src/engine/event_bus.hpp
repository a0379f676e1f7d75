#pragma once
// Who listens to what, and telling them.

#include <punctual/event.hpp>
#include <punctual/scheduler.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace punctual::detail {

/// *Thread safety*: safe. Listeners are called without a lock, on the calling thread.
class EventBus {
public:
    ListenerId add(std::shared_ptr<Listener> listener, EventType types);
    void remove(ListenerId id);

    /// False if an event of this kind need not even be made.
    [[nodiscard]] bool wanted(EventType type) const {
        return (wanted_.load(std::memory_order_relaxed) & static_cast<std::uint32_t>(type)) != 0;
    }
    /// What listeners throw is logged.
    void deliver(const Event& event) noexcept;

private:
    struct Entry {
        ListenerId id;
        EventType types;
        std::shared_ptr<Listener> listener;
    };
    using Entries = std::vector<Entry>;

    void publish(std::shared_ptr<const Entries> entries);

    std::atomic<std::uint32_t> wanted_ = 0;
    std::mutex mutex_;
    std::shared_ptr<const Entries> entries_ = std::make_shared<const Entries>();
    ListenerId last_id_ = 0;
};

}  // namespace punctual::detail
