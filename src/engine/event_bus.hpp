#pragma once
// Who listens to what, and telling them.

#include <punctual/event.hpp>
#include <punctual/scheduler.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace punctual::detail {

/// Where listeners may be called.
struct TellingPlace {
    /// Whether that is on the calling thread.
    std::function<bool()> is_here;
    /// Asks the thread where it is for `tell_kept`.
    std::function<void()> ask;
};

/// *Thread safety*: safe. Listeners are called without a lock.
class EventBus {
public:
    ListenerId add(std::shared_ptr<Listener> listener, EventType types);
    void remove(ListenerId id);

    /// False if an event of this kind need not even be made.
    [[nodiscard]] bool wanted(EventType type) const {
        return (wanted_.load(std::memory_order_relaxed) & static_cast<std::uint32_t>(type)) != 0;
    }
    /// Calls the listeners, or keeps the event where they must not be called on this thread. What
    /// listeners throw is logged.
    template <class E>
    void tell(E event) {
        if (place_.is_here && !place_.is_here()) {
            keep(std::make_unique<KeptEvent<E>>(std::move(event)));
            return;
        }
        while (tell_kept()) continue;  // what was before it comes before it
        deliver(event);
    }

    /// Before the first event.
    void set_place(TellingPlace place) { place_ = std::move(place); }
    /// Tells what was kept, oldest first: so much that it does not hold up the thread. True if
    /// more is left.
    bool tell_kept() noexcept;

private:
    struct Kept {
        virtual ~Kept() = default;
        [[nodiscard]] virtual const Event& event() const = 0;
    };
    template <class E>
    struct KeptEvent final : Kept {
        explicit KeptEvent(E kept) : event_(std::move(kept)) {}
        [[nodiscard]] const Event& event() const override { return event_; }
        E event_;
    };
    struct Entry {
        ListenerId id;
        EventType types;
        std::shared_ptr<Listener> listener;
    };
    using Entries = std::vector<Entry>;

    void publish(std::shared_ptr<const Entries> entries);
    void deliver(const Event& event) noexcept;
    void keep(std::unique_ptr<const Kept> event);
    [[nodiscard]] std::unique_ptr<const Kept> next_kept();

    TellingPlace place_;
    std::mutex kept_mutex_;
    std::deque<std::unique_ptr<const Kept>> kept_;
    std::atomic<std::size_t> kept_count_ = 0;

    std::atomic<std::uint32_t> wanted_ = 0;
    std::mutex mutex_;
    std::shared_ptr<const Entries> entries_ = std::make_shared<const Entries>();
    ListenerId last_id_ = 0;
};

}  // namespace punctual::detail
