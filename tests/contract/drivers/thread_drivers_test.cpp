// The drivers that need nothing but threads.

#include <punctual/schedulers/background.hpp>
#include <punctual/schedulers/blocking.hpp>
#include <punctual/testing/driver_contract.hpp>

#include <condition_variable>
#include <mutex>

namespace punctual::testing {
namespace {

class BackgroundUnderTest final : public DriverUnderTest {
public:
    std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) override {
        return std::make_shared<BackgroundScheduler>(std::move(options));
    }
    void run(Scheduler&) override {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return quit_; });
        quit_ = false;
    }
    void quit(Scheduler&) override {
        const std::lock_guard lock(mutex_);
        quit_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool quit_ = false;
};

class BlockingUnderTest final : public DriverUnderTest {
public:
    std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) override {
        return std::make_shared<BlockingScheduler>(std::move(options));
    }
    void start(Scheduler&) override {}
    void run(Scheduler& scheduler) override { scheduler.start(); }
    void quit(Scheduler& scheduler) override { scheduler.shutdown({.wait = false}); }
};

}  // namespace
}  // namespace punctual::testing

PUNCTUAL_DRIVER_CONTRACT(Background, punctual::testing::BackgroundUnderTest);
PUNCTUAL_DRIVER_CONTRACT(Blocking, punctual::testing::BlockingUnderTest);
