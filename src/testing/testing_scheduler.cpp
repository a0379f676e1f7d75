#include <punctual/testing/testing_scheduler.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "scheduler/core.hpp"

namespace punctual::testing {

class TestingScheduler::ManualDriver final : public Driver {
public:
    void start(Passes& passes) override {
        const std::lock_guard lock(pass_mutex_);
        passes_ = &passes;
        thread_ = std::this_thread::get_id();
    }
    void wake() noexcept override {
        const std::lock_guard lock(mutex_);
        woken_ = true;
        changed_.notify_all();
    }
    void stop() noexcept override {
        const std::lock_guard lock(pass_mutex_);
        passes_ = nullptr;
    }
    bool pass_if_driving() noexcept override {
        if (thread_.load() != std::this_thread::get_id()) return false;
        pass();
        return true;
    }
    [[nodiscard]] bool drives_durable_stores() const noexcept override { return true; }

    /// Passes until nothing is left to do at `clock`'s time; returns when more will be due.
    Instant settle(ManualClock& clock) {
        for (;;) {
            take_woken();
            const Instant next = pass();
            if (next > clock.now() && !take_woken()) return next;
        }
    }

    void wait_until_woken() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return woken_; });
    }

private:
    Instant pass() {
        const std::lock_guard lock(pass_mutex_);
        return passes_ == nullptr ? Instant::max() : passes_->pass();
    }
    bool take_woken() {
        const std::lock_guard lock(mutex_);
        return std::exchange(woken_, false);
    }
    // Recursive: a pass may run a job that ends the scheduler.
    std::recursive_mutex pass_mutex_;
    Passes* passes_ = nullptr;
    std::atomic<std::thread::id> thread_{};
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
};

namespace {

SchedulerOptions with_clock(SchedulerOptions options, std::shared_ptr<Clock> clock) {
    options.clock = std::move(clock);
    options.executors.try_emplace("default", inline_executor());
    return options;
}

}  // namespace

TestingScheduler::TestingScheduler(SchedulerOptions options, Instant start)
    : TestingScheduler(std::move(options), std::make_shared<ManualClock>(start), new ManualDriver) {
}

TestingScheduler::TestingScheduler(SchedulerOptions options, std::shared_ptr<ManualClock> clock,
                                   ManualDriver* driver)
    : Scheduler(with_clock(std::move(options), clock), std::unique_ptr<Driver>(driver)),
      clock_(std::move(clock)),
      driver_(driver) {}

TestingScheduler::~TestingScheduler() = default;

void TestingScheduler::configure(SchedulerOptions options) {
    Scheduler::configure(with_clock(std::move(options), clock_));
}

void TestingScheduler::run_pending() {
    driver_->settle(*clock_);
}

void TestingScheduler::run_until(Instant end) {
    for (;;) {
        const Instant next = driver_->settle(*clock_);
        if (next > end) break;
        clock_->advance(next - now());
    }
    if (end > now()) clock_->advance(end - now());
}

void TestingScheduler::wait_for_runs() {
    driver_->settle(*clock_);
    while (core().outstanding() > 0) {
        driver_->wait_until_woken();
        driver_->settle(*clock_);
    }
}

}  // namespace punctual::testing
