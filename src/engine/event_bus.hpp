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
    /// Whether that is where the caller is.
    std::function<bool()> is_here;
    /// Asks for a call of `tell_kept` in that place; false if none would come.
    std::function<bool()> ask;
};

/// Calls listeners one after another, in the order of the events, and without a lock.
/// *Thread safety*: safe.
class EventBus {
public:
    ListenerId add(std::shared_ptr<Listener> listener, EventType types);
    void remove(ListenerId id);

    /// False if an event of this kind need not even be made.
    [[nodiscard]] bool wanted(EventType type) const {
        return (wanted_.load(std::memory_order_relaxed) & static_cast<std::uint32_t>(type)) != 0;
    }
    /// Calls the listeners; or keeps the event, where they must not be called here, or are just
    /// being called: for an event that they bring about, or that comes from another thread, whoever
    /// calls them goes on with it. What listeners throw is logged.
    template <class E>
    void tell(E event) {
        if (is_here() && begin_telling()) {
            deliver(event);
            end_telling();
        } else {
            keep(std::move(event));
            see_to_kept();
        }
    }
    /// Keeps the event until somebody tells or sees to what is kept. What is told afterwards is
    /// told after it.
    template <class E>
    void keep(E event) {
        auto kept = std::make_unique<KeptEvent<E>>(std::move(event));
        const std::lock_guard lock(telling_mutex_);
        kept_.push_back(std::move(kept));
    }
    /// Of what is kept now, somebody who may will tell.
    void see_to_kept() noexcept;

    /// Before the first event.
    void set_place(TellingPlace place) { place_ = std::move(place); }
    /// Tells what was kept, oldest first: so much that it does not hold up the thread. True if
    /// more is left, and nobody is telling it.
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
    [[nodiscard]] bool is_here() const { return !place_.is_here || place_.is_here(); }
    /// False while somebody tells, or something that was before is still to be told.
    [[nodiscard]] bool begin_telling();
    void end_telling() noexcept;
    [[nodiscard]] std::unique_ptr<const Kept> next_kept();

    TellingPlace place_;
    std::mutex telling_mutex_;  // guards the next two
    std::deque<std::unique_ptr<const Kept>> kept_;
    bool telling_ = false;

    std::atomic<std::uint32_t> wanted_ = 0;
    std::mutex mutex_;
    std::shared_ptr<const Entries> entries_ = std::make_shared<const Entries>();
    ListenerId last_id_ = 0;
};

}  // namespace punctual::detail
