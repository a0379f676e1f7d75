#pragma once
// The engine's side of an executor, as small as it can be: slots, and a stack of those that came
// back.

#include "tasks/run_slot.hpp"

#include <punctual/executors/executor.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

struct NeverDue {
    [[nodiscard]] std::optional<punctual::Instant> next(punctual::Instant) const {
        return std::nullopt;
    }
    [[nodiscard]] std::optional<punctual::Instant> previous(punctual::Instant) const {
        return std::nullopt;
    }
};

inline std::shared_ptr<const punctual::JobDefinition> make_job(punctual::Call call) {
    return std::make_shared<const punctual::JobDefinition>(
        punctual::JobDefinition{.id = "job",
                                .call = std::move(call),
                                .trigger = punctual::Trigger(NeverDue()),
                                .settings = std::make_shared<const punctual::JobSettings>()});
}

class Slots final : public punctual::detail::RunSink {
public:
    Slots(std::size_t count, const std::shared_ptr<const punctual::JobDefinition>& job) {
        for (std::size_t i = 0; i < count; ++i) slots_.emplace_back(*this).reset({.job = job});
    }
    [[nodiscard]] punctual::Instant now() noexcept override { return {}; }
    [[nodiscard]] punctual::Duration elapsed() noexcept override { return {}; }
    void finished(punctual::detail::RunSlot& slot) noexcept override {
        punctual::detail::RunSlot* top = returned_.load(std::memory_order_relaxed);
        do {
            slot.next = top;
        } while (!returned_.compare_exchange_weak(top, &slot, std::memory_order_release,
                                                  std::memory_order_relaxed));
        if (top == nullptr) returned_.notify_one();
    }
    void progressed(punctual::detail::RunSlot&, punctual::RunProgress) noexcept override {}
    // How many came back since it was last asked.
    std::size_t collect() {
        std::size_t count = 0;
        for (punctual::detail::RunSlot* slot =
                 returned_.exchange(nullptr, std::memory_order_acquire);
             slot != nullptr; slot = slot->next) {
            ++count;
        }
        return count;
    }
    // The same, once there is one.
    std::size_t wait() {
        returned_.wait(nullptr, std::memory_order_acquire);
        return collect();
    }
    [[nodiscard]] punctual::detail::RunSlot& at(std::size_t index) { return slots_[index]; }

private:
    std::deque<punctual::detail::RunSlot> slots_;
    alignas(64) std::atomic<punctual::detail::RunSlot*> returned_ = nullptr;
};
