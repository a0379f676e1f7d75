#pragma once
// The part of the contract that holds for schedulers in an event loop to which several threads turn
// at once. Its test is at its best under a thread sanitizer, and repeated.

#include <punctual/errors.hpp>
#include <punctual/testing/driver_contract/loop.hpp>

#include <array>
#include <cstddef>
#include <thread>
#include <vector>

namespace punctual::testing {

/// Makes a change; that it was too late for it (gone, stopped, there already) is no failure.
template <class F>
void try_to(F change) {
    try {
        change();
    } catch (const Error&) {
    }
}

/// One kind of change of a scheduler's life, or of what it consists of.
using LifeChange = void (*)(Scheduler&);

/// Those that any thread may make.
inline constexpr std::array<LifeChange, 12> life_changes{
    [](Scheduler& scheduler) { scheduler.pause(); },
    [](Scheduler& scheduler) { scheduler.resume(); },
    [](Scheduler& scheduler) { scheduler.shutdown(); },
    [](Scheduler& scheduler) { scheduler.shutdown({.wait = false}); },
    [](Scheduler& scheduler) { scheduler.run_job("tick"); },
    [](Scheduler& scheduler) { scheduler.add_store("part", memory()); },
    [](Scheduler& scheduler) { scheduler.remove_store("part"); },
    [](Scheduler& scheduler) { scheduler.remove_store("inside"); },
    [](Scheduler& scheduler) { scheduler.add_executor("part", thread_pool(2)); },
    [](Scheduler& scheduler) { scheduler.remove_executor("part"); },
    // Within a job, for which an end may wait: on the loop's thread, and on another one.
    [](Scheduler& scheduler) {
        scheduler.add_job([&scheduler] {
            try_to([&] { scheduler.add_store("inside", memory()); });
            try_to([&] { scheduler.shutdown(); });
        });
    },
    [](Scheduler& scheduler) {
        scheduler.add_job(
            [&scheduler] {
                try_to([&] { scheduler.add_store("inside", memory()); });
                try_to([&] { scheduler.shutdown({.wait = false}); });
            },
            {.executor = "pool"});
    }};

/// Callbacks of a loop: each starts the scheduler, and makes a change of another kind than the one
/// before it.
class LifeOnLoop {
public:
    LifeOnLoop(LoopUnderTest& loop, Scheduler& scheduler) : loop_(loop), scheduler_(scheduler) {}
    /// They go on until it was let end; then they end the scheduler, and the loop.
    void begin() {
        loop_.post([](void* self) { static_cast<LifeOnLoop*>(self)->go_on(); }, this);
    }
    void let_end() { may_end_ = true; }

private:
    void go_on() {
        if (may_end_) return end();
        try_to([&] { scheduler_.start(); });
        if (calls_++ % calls_a_change == 0) {
            try_to([&] { life_changes.at(changes_++ % life_changes.size())(scheduler_); });
        }
        begin();
    }
    // Within a job that waits in the loop it does not wait for the end.
    void end() {
        scheduler_.shutdown();
        scheduler_.running() ? begin() : loop_.quit(scheduler_);
    }
    // So that there are turns between the ends, too.
    static constexpr std::size_t calls_a_change = 4;

    LoopUnderTest& loop_;
    Scheduler& scheduler_;
    std::atomic<bool> may_end_ = false;
    std::size_t calls_ = 0;
    std::size_t changes_ = 0;
};

/// Each of some threads makes changes of one kind.
class LifeOnThreads {
public:
    explicit LifeOnThreads(Scheduler& scheduler) {
        for (const LifeChange change : life_changes) {
            threads_.emplace_back([change, &scheduler] {
                for (int i = 0; i < rounds; ++i) try_to([&] { change(scheduler); });
            });
        }
    }
    LifeOnThreads(const LifeOnThreads&) = delete;
    LifeOnThreads& operator=(const LifeOnThreads&) = delete;
    ~LifeOnThreads() { join(); }
    void join() {
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }

private:
    static constexpr int rounds = 200;
    std::vector<std::thread> threads_;
};

/// Runs the loop while many threads, its callbacks and jobs change its scheduler, which is ended
/// then.
/// The job "tick" and the executor "pool" are there.
inline void make_changes_of_life(LoopUnderTest& loop, Scheduler& scheduler) {
    loop.start(scheduler);
    LifeOnLoop here(loop, scheduler);
    here.begin();
    std::thread others([&] {
        LifeOnThreads(scheduler).join();
        here.let_end();
    });
    loop.run(scheduler);
    others.join();
    scheduler.remove_all_jobs();
}

/// For schedulers in an event loop.
template <class Under>
class LoopThreadsContract : public LoopFixture<Under> {};
TYPED_TEST_SUITE_P(LoopThreadsContract);

TYPED_TEST_P(LoopThreadsContract, ChangesOfLifeAndOfPartsDoNoHarmToEachOther) {
    const auto kept = std::make_shared<HeldStore>(make_memory_store());
    Scheduler& scheduler = this->make({.stores = {{"default", memory()}, {"kept", kept}},
                                       .executors = {{"pool", thread_pool(1)}}});
    scheduler.add_listener(
        [&](const Event& event) { EXPECT_TRUE(this->is_here()) << to_string(event.type); },
        EventType::job_submitted | EventType::job_executed | EventType::scheduler_shutdown);
    StoredJobs::call = [](void*) {};
    const auto tick = interval(std::chrono::microseconds(100));
    scheduler.add_job([] {}, tick, {.id = "tick"});
    scheduler.add_job(stored_job(), tick, {.store = "kept"});
    make_changes_of_life(*this->loop, scheduler);
    bool ran = false;
    scheduler.add_job([&] {
        ran = true;
        this->quit();
    });
    this->start();
    this->run();
    EXPECT_TRUE(ran);
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
    this->destroy();
}

TYPED_TEST_P(LoopThreadsContract, AListenerOfItsEndStartsItAgainWhileOtherThreadsEndIt) {
    Scheduler& scheduler = this->make();
    int ends = 0;
    std::atomic<bool> over = false;
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) {
        if (over) return;
        if (++ends < 50) {
            EXPECT_NO_THROW(scheduler.start());
        } else {
            over = true;
            this->quit();
        }
    });
    scheduler.add_job([] {}, interval(std::chrono::microseconds(100)));
    this->start();
    std::vector<std::thread> others;
    for (const bool wait : {true, false}) {
        others.emplace_back([&, wait] {
            while (!over) {
                scheduler.shutdown({.wait = wait});
                std::this_thread::yield();
            }
        });
    }
    this->run();
    for (std::thread& other : others) other.join();
    EXPECT_FALSE(scheduler.running());
    this->destroy();
}

REGISTER_TYPED_TEST_SUITE_P(LoopThreadsContract, ChangesOfLifeAndOfPartsDoNoHarmToEachOther,
                            AListenerOfItsEndStartsItAgainWhileOtherThreadsEndIt);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LoopThreadsContract);

}  // namespace punctual::testing
