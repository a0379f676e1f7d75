#pragma once
// One start, end or configuration of a scheduler at a time.

#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "log/log.hpp"
#include "scheduler/core.hpp"
#include "tasks/thread_mark.hpp"

namespace punctual::detail {

/// Held by one thread at a time or, where it has fibers, by one of these; it knows by which: a
/// listener that is told of a start or an end may call for another.
class SchedulerCore::LifeLock {
public:
    explicit LifeLock(SchedulerCore& core) : core_(core) {
        if (is_mine(core)) refuse();
        while (!take()) {
            // That end may wait for the very job or listener which calls.
            if (core.is_ending() && core.inside()) refuse();
            wait();
        }
    }
    LifeLock(SchedulerCore& core, std::try_to_lock_t) : core_(core), owns_(take()) {}
    /// For what may be done from inside a job, for which an end may wait. *Throws*
    /// SchedulerNotRunningError while the scheduler ends.
    struct NotInEnd {};
    LifeLock(SchedulerCore& core, NotInEnd) : core_(core), owns_(false) {
        if (is_mine(core)) refuse();
        while (!take()) {
            check_not_ending();
            wait();
        }
        owns_ = true;
        try {
            check_not_ending();
        } catch (...) {
            release();
            throw;
        }
    }
    ~LifeLock() {
        if (owns_) release();
    }
    LifeLock(const LifeLock&) = delete;
    LifeLock& operator=(const LifeLock&) = delete;
    [[nodiscard]] bool owns() const { return owns_; }
    [[noreturn]] static void refuse() {
        throw Error("the scheduler is starting or ending: not from inside of that");
    }
    /// Whether the caller holds it, here or further up.
    [[nodiscard]] static bool is_mine(SchedulerCore& core) {
        const std::lock_guard lock(core.life_mutex_);
        return core.life_taken_ && core.life_thread_ == std::this_thread::get_id() &&
               core.life_fiber_ == current_fiber();
    }

private:
    bool take() {
        const std::lock_guard lock(core_.life_mutex_);
        if (core_.life_taken_) return false;
        core_.life_taken_ = true;
        core_.life_thread_ = std::this_thread::get_id();
        core_.life_fiber_ = current_fiber();
        return true;
    }
    // An end that was wished for meanwhile is begun first.
    void release() noexcept {
        while (const auto wished = free_unless_end_is_wished()) {
            try {
                core_.begin_end_aside(*wished);
            } catch (const std::exception& error) {
                log_error(std::string("the end of the scheduler waits for a thread: ") +
                          error.what());
                return free_and_wish(*wished);
            }
        }
    }
    // Whoever has the lock next tries again.
    void free_and_wish(const ShutdownOptions& options) {
        const std::lock_guard lock(core_.life_mutex_);
        core_.end_wish_ = options;
        core_.life_taken_ = false;
        core_.life_free_.notify_all();
    }
    std::optional<ShutdownOptions> free_unless_end_is_wished() {
        const std::lock_guard lock(core_.life_mutex_);
        if (core_.end_wish_ && core_.driving_ && !core_.ending_) {
            return std::exchange(core_.end_wish_, std::nullopt);
        }
        core_.life_taken_ = false;
        core_.life_free_.notify_all();
        return std::nullopt;
    }
    void check_not_ending() const {
        if (core_.is_ending()) {
            throw SchedulerNotRunningError(
                "the scheduler is ending: its stores and executors stay as they are");
        }
    }
    // Whoever holds it may be waiting for passes of this thread.
    void wait() {
        const bool goes_on = core_.go_on_here();
        std::unique_lock lock(core_.life_mutex_);
        // What it waits for may yet come to need this thread.
        core_.life_free_.wait_for(lock, std::chrono::milliseconds(goes_on ? 1 : 100),
                                  [this] { return !core_.life_taken_; });
    }

    SchedulerCore& core_;
    bool owns_ = true;
};

}  // namespace punctual::detail
