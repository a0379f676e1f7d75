#include "engine/event_bus.hpp"

#include <array>
#include <bit>
#include <exception>
#include <string>
#include <utility>

#include "log/log.hpp"

namespace punctual {

std::string_view to_string(EventType type) {
    static constexpr std::array<std::string_view, 24> names{
        "scheduler_started", "scheduler_shutdown", "scheduler_paused", "scheduler_resumed",
        "executor_added",    "executor_removed",   "store_added",      "store_removed",
        "all_jobs_removed",  "job_added",          "job_removed",      "job_modified",
        "job_submitted",     "job_executed",       "job_error",        "job_missed",
        "job_max_instances", "job_skipped",        "job_cancelled",    "job_lost",
        "job_faulty",        "store_unavailable",  "store_available",  "job_progress"};
    const auto bits = static_cast<std::uint32_t>(type);
    if (bits == 0) return "none";
    const auto index = static_cast<std::size_t>(std::countr_zero(bits));
    return std::has_single_bit(bits) && index < names.size() ? names[index] : "several kinds";
}

namespace detail {
namespace {

// Of kept events told at a time.
constexpr int most_told = 256;

}  // namespace

ListenerId EventBus::add(std::shared_ptr<Listener> listener, EventType types) {
    const std::lock_guard lock(mutex_);
    auto entries = std::make_shared<Entries>(*entries_);
    entries->push_back({++last_id_, types, std::move(listener)});
    publish(std::move(entries));
    return last_id_;
}

void EventBus::remove(ListenerId id) {
    const std::lock_guard lock(mutex_);
    auto entries = std::make_shared<Entries>(*entries_);
    std::erase_if(*entries, [id](const Entry& entry) { return entry.id == id; });
    publish(std::move(entries));
}

void EventBus::publish(std::shared_ptr<const Entries> entries) {
    std::uint32_t wanted = 0;
    for (const Entry& entry : *entries) wanted |= static_cast<std::uint32_t>(entry.types);
    entries_ = std::move(entries);
    wanted_.store(wanted, std::memory_order_relaxed);
}

void EventBus::deliver(const Event& event) noexcept {
    std::shared_ptr<const Entries> entries;
    {
        const std::lock_guard lock(mutex_);
        entries = entries_;
    }
    for (const Entry& entry : *entries) {
        if ((entry.types & event.type) == EventType::none) continue;
        try {
            entry.listener->notify(event);
        } catch (const std::exception& error) {
            log_error("a listener threw at " + std::string(to_string(event.type)) + ": " +
                      error.what());
        } catch (...) {
            log_error("a listener threw at " + std::string(to_string(event.type)));
        }
    }
}

void EventBus::see_to_kept() noexcept {
    if (place_.ask && place_.ask()) return;
    while (is_here() && tell_kept()) continue;
}

bool EventBus::begin_telling() {
    const std::lock_guard lock(telling_mutex_);
    if (telling_ || !kept_.empty()) return false;
    telling_ = true;
    return true;
}

void EventBus::end_telling() noexcept {
    bool more = false;
    {
        const std::lock_guard lock(telling_mutex_);
        telling_ = false;
        more = !kept_.empty();
    }
    if (more) see_to_kept();
}

std::unique_ptr<const EventBus::Kept> EventBus::next_kept() {
    const std::lock_guard lock(telling_mutex_);
    if (kept_.empty()) return nullptr;
    auto next = std::move(kept_.front());
    kept_.pop_front();
    return next;
}

bool EventBus::tell_kept() noexcept {
    {
        const std::lock_guard lock(telling_mutex_);
        if (telling_) return false;
        telling_ = true;
    }
    for (int told = 0; told < most_told; ++told) {
        const auto kept = next_kept();
        if (kept == nullptr) break;
        deliver(kept->event());
    }
    const std::lock_guard lock(telling_mutex_);
    telling_ = false;
    return !kept_.empty();
}

}  // namespace detail
}  // namespace punctual
