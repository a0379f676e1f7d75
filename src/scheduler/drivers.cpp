// The two drivers that need nothing but threads.

#include <punctual/schedulers/background.hpp>
#include <punctual/schedulers/blocking.hpp>

#include <memory>
#include <thread>
#include <utility>

#include "scheduler/wake_loop.hpp"

namespace punctual {
namespace {

class BackgroundDriver final : public Driver {
public:
    ~BackgroundDriver() override { BackgroundDriver::stop(); }
    void start(Passes& passes) override {
        join();
        loop_.reset();
        thread_ = std::thread([this, &passes] { loop_.run([&] { return passes.pass(); }); });
    }
    void wake() noexcept override { loop_.wake(); }
    void stop() noexcept override {
        loop_.stop();
        join();
    }

private:
    void join() noexcept {
        if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
    }
    detail::WakeLoop loop_;
    std::thread thread_;
};

class BlockingDriver final : public Driver {
public:
    void start(Passes& passes) override {
        loop_.reset();
        passes_ = &passes;
    }
    void run() override {
        loop_.run([this] { return passes_->pass(); });
    }
    void wake() noexcept override { loop_.wake(); }
    void stop() noexcept override { loop_.stop(); }

private:
    detail::WakeLoop loop_;
    Passes* passes_ = nullptr;
};

}  // namespace

BackgroundScheduler::BackgroundScheduler(SchedulerOptions options)
    : Scheduler(std::move(options), std::make_unique<BackgroundDriver>()) {}

BlockingScheduler::BlockingScheduler(SchedulerOptions options)
    : Scheduler(std::move(options), std::make_unique<BlockingDriver>()) {}

}  // namespace punctual
