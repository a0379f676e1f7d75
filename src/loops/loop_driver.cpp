// Makes passes in the turns of an event loop.

#include <punctual/errors.hpp>
#include <punctual/schedulers/loop.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "loops/loop_driver.hpp"
#include "loops/loop_executor.hpp"
#include "loops/loop_place.hpp"
#include "tasks/thread_mark.hpp"

namespace punctual {
namespace {

using detail::current_fiber;
using detail::LoopExecutor;
using detail::LoopPlace;
using detail::RunStarter;
using detail::ThreadMark;

class LoopDriver final : public Driver, private LoopTurns {
public:
    LoopDriver(std::unique_ptr<EventLoop> loop, std::shared_ptr<Executor> executor)
        : place_(std::make_shared<LoopPlace>(std::move(loop))),
          own_executor_(executor == nullptr ? std::make_shared<LoopExecutor>(place_) : nullptr),
          executor_(executor == nullptr ? own_executor_ : std::move(executor)) {}
    LoopDriver(std::unique_ptr<EventLoop> loop, std::unique_ptr<RunStarter> starter)
        : place_(std::make_shared<LoopPlace>(std::move(loop))),
          own_executor_(std::make_shared<LoopExecutor>(place_, std::move(starter))),
          executor_(own_executor_) {}
    LoopDriver(const LoopDriver&) = delete;
    LoopDriver& operator=(const LoopDriver&) = delete;
    ~LoopDriver() override { LoopDriver::close(); }

    void start(Passes& passes) override;
    void wake() noexcept override { place_->wake(); }
    void stop() noexcept override;
    bool pass_if_driving() noexcept override;
    [[nodiscard]] std::map<std::string, ExecutorSpec> executors() override;
    // In turns only, so that listeners and jobs run one after another whatever threads and fibers
    // the loop has.
    [[nodiscard]] bool tells_here() const noexcept override {
        return !tells_in_turns_ || ThreadMark<LoopDriver>::innermost() == this;
    }
    [[nodiscard]] bool tells_in_passes() const noexcept override { return tells_in_turns_; }
    void end() noexcept override;
    void close() noexcept override;
    [[nodiscard]] bool stalled(Duration patience) noexcept override {
        return watching_ && place_->stalled(patience);
    }
    void check() const override;

private:
    void turn() noexcept override;
    Instant pass() noexcept;
    [[nodiscard]] bool take_leave() noexcept;
    [[nodiscard]] bool pass_stands_aside();
    void passing_ended() noexcept;
    void tell_anywhere() noexcept;
    void wait_for_pass() noexcept;
    bool run_some() noexcept { return own_executor_ != nullptr && own_executor_->run_some(); }
    void unwatch() noexcept;
    void let_go() noexcept;

    const std::shared_ptr<LoopPlace> place_;
    const std::shared_ptr<LoopExecutor> own_executor_;
    const std::shared_ptr<Executor> executor_;
    std::atomic<bool> watching_ = false;
    std::atomic<bool> tells_in_turns_ = false;  // until all is told that is left at an end

    std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    Passes* passes_ = nullptr;
    std::thread::id passing_{};
    const void* passing_fiber_ = nullptr;
    bool unwatching_ = false;
    bool again_ = false;
    bool stopped_ = true;
    bool ended_ = true;
};

std::map<std::string, ExecutorSpec> LoopDriver::executors() {
    auto executors = place_->loop().executors();
    executors.insert_or_assign("default", executor_);
    return executors;
}

void LoopDriver::start(Passes& passes) {
    {
        std::unique_lock lock(mutex_);
        passes_ = &passes;
        stopped_ = ended_ = false;
        tells_in_turns_ = true;
        changed_.wait(lock, [this] { return !unwatching_; });
    }
    // An end that was asked for elsewhere may not have come to the loop yet.
    if (!watching_) {
        place_->set_home();
        place_->loop().watch(place_->signal().descriptor(), *this);
        watching_ = true;
    }
    place_->wake();
}

void LoopDriver::turn() noexcept {
    const ThreadMark<LoopDriver> mark(this);
    // Once it has taken leave, the driver may be gone.
    const std::shared_ptr<LoopPlace> place = place_;
    // First, as it takes back the wish for a turn: an end asked for from here on asks anew.
    place->begin_turn();
    if (!take_leave()) {
        // Before jobs, for they may run the loop from within: what turns in there say holds.
        place->signal().set(pass());
        if (run_some()) place->signal().wake();
    }
    place->end_turn();
}

Instant LoopDriver::pass() noexcept {
    Passes* passes = nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (passes_ == nullptr || stopped_) return Instant::max();
        if (passing_ != std::thread::id()) {
            // A listener runs the loop from within: the pass that it is in makes good for this one.
            again_ = true;
            return Instant::max();
        }
        passing_ = std::this_thread::get_id();
        passing_fiber_ = current_fiber();
        passes = passes_;
    }
    const Instant next = passes->pass();
    const std::lock_guard lock(mutex_);
    passing_ended();
    return next;
}

// With the mutex. A turn that came meanwhile, in a listener or on another thread, did nothing.
void LoopDriver::passing_ended() noexcept {
    passing_ = std::thread::id();
    if (std::exchange(again_, false)) place_->wake();
    changed_.notify_all();
}

bool LoopDriver::pass_if_driving() noexcept {
    if (!place_->is_here()) return false;
    // Fibers go on after the end, too: one of them may be telling of it still.
    if (place_->loop().run_ready(LoopPlace::between_looks)) return true;
    if (!watching_) return false;
    const ThreadMark<LoopDriver> mark(this);
    pass();
    // Without the loop, functions run still, and what goes on between turns does not.
    if (!run_some() && own_executor_ != nullptr && own_executor_->anything_goes_on()) {
        own_executor_->give_up();
    }
    return true;
}

void LoopDriver::stop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    wait_for_pass();
}

// Whether another fiber of this thread makes it, in which a listener waits for something.
bool LoopDriver::pass_stands_aside() {
    const std::lock_guard lock(mutex_);
    return passing_ == std::this_thread::get_id() && passing_fiber_ != current_fiber();
}

// Within a pass not for that.
void LoopDriver::wait_for_pass() noexcept {
    while (pass_stands_aside() && place_->loop().run_ready(LoopPlace::between_looks)) continue;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
        return passing_ == std::thread::id() || passing_ == std::this_thread::get_id();
    });
}

void LoopDriver::end() noexcept {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    if (!place_->is_here() || !take_leave()) place_->wake();
}

// After an end: lets go of the loop, and tells what is left to tell, the end itself among it, so
// that a listener may end the loop. Until it is over, `close` waits: nothing is touched afterwards.
bool LoopDriver::take_leave() noexcept {
    Passes* passes = nullptr;
    bool watched = false;
    {
        const std::lock_guard lock(mutex_);
        if (!ended_ || unwatching_ || passing_ != std::thread::id()) return false;
        passing_ = std::this_thread::get_id();
        passing_fiber_ = current_fiber();
        passes = passes_;
        unwatching_ = watched = watching_;
    }
    if (watched) let_go();
    while (passes != nullptr && passes->tell_events()) continue;
    tell_anywhere();
    // What another thread left here before it knew of that.
    while (passes != nullptr && passes->tell_events()) continue;
    const std::lock_guard lock(mutex_);
    passing_ended();
    return true;
}

void LoopDriver::tell_anywhere() noexcept {
    const std::lock_guard lock(mutex_);
    // Unless a listener, or another thread, has started it anew.
    if (ended_) tells_in_turns_ = false;
}

// Whoever set `unwatching_` does it.
void LoopDriver::let_go() noexcept {
    place_->loop().unwatch();
    const std::lock_guard lock(mutex_);
    watching_ = unwatching_ = false;
    changed_.notify_all();
}

void LoopDriver::unwatch() noexcept {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !unwatching_; });
        if (!watching_) return;
        unwatching_ = true;
    }
    let_go();
}

void LoopDriver::close() noexcept {
    unwatch();
    wait_for_pass();
    const std::lock_guard lock(mutex_);
    passes_ = nullptr;
    tells_in_turns_ = false;
}

void LoopDriver::check() const {
    if (watching_ && place_->is_here() && place_->loop().is_gone()) {
        throw SchedulerNotRunningError(
            "the event loop of this scheduler was destroyed: shut the scheduler down before its "
            "loop");
    }
}

}  // namespace

std::unique_ptr<Driver> make_loop_driver(std::unique_ptr<EventLoop> loop,
                                         std::shared_ptr<Executor> executor) {
    return std::make_unique<LoopDriver>(std::move(loop), std::move(executor));
}

std::unique_ptr<Driver> detail::make_loop_driver(std::unique_ptr<EventLoop> loop,
                                                 std::unique_ptr<RunStarter> starter) {
    return std::make_unique<LoopDriver>(std::move(loop), std::move(starter));
}

}  // namespace punctual
