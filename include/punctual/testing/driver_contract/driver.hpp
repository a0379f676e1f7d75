#pragma once
// The part of the contract that holds for every driver.

#include <punctual/clock.hpp>
#include <punctual/scheduler.hpp>
#include <punctual/testing/driver_contract/clock_set.hpp>
#include <punctual/triggers/interval.hpp>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace punctual::testing {

/// A driver with its scheduler, made anew for each test.
class DriverUnderTest {
public:
    DriverUnderTest() = default;
    DriverUnderTest(const DriverUnderTest&) = delete;
    DriverUnderTest& operator=(const DriverUnderTest&) = delete;
    virtual ~DriverUnderTest() = default;

    [[nodiscard]] virtual std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) = 0;
    /// Starts the scheduler; does nothing where `run` does.
    virtual void start(Scheduler& scheduler) { scheduler.start(); }
    /// Makes time pass on this thread until `quit`. May be called again.
    virtual void run(Scheduler& scheduler) = 0;
    /// Ends `run`. Called from jobs and listeners of the scheduler.
    virtual void quit(Scheduler& scheduler) = 0;
    /// Does what the system does when somebody has set its clock, where the driver hears of that
    /// otherwise than by a timer with `TFD_TIMER_CANCEL_ON_SET`. Called from any thread.
    virtual void clock_was_set() { end_timers_as_if_the_clock_was_set(); }
};

/// The system's clock as it would be if somebody had set it: `DriverUnderTest::clock_was_set` tells
/// the driver. *Thread safety*: safe.
class ShiftedClock final : public Clock {
public:
    [[nodiscard]] Instant now() noexcept override { return system_clock()->now() + shift_.load(); }
    void shift(std::chrono::microseconds by) { shift_ = shift_.load() + by; }

private:
    std::atomic<std::chrono::microseconds> shift_{};
};

/// `Under`: a DriverUnderTest.
template <class Under>
class DriverContract : public ::testing::Test {
protected:
    void TearDown() override { scheduler_.reset(); }

    [[nodiscard]] Scheduler& make(SchedulerOptions options = {}) {
        scheduler_ = driver->make_scheduler(std::move(options));
        made_ = scheduler_.get();
        return *made_;
    }
    /// At the end of each test: before what its jobs and listeners refer to is gone.
    void destroy() { scheduler_.reset(); }
    void start() { driver->start(*made_); }
    void run() { driver->run(*made_); }
    void quit() { driver->quit(*made_); }

    std::unique_ptr<DriverUnderTest> driver = std::make_unique<Under>();

private:
    std::shared_ptr<Scheduler> scheduler_;
    Scheduler* made_ = nullptr;  // for jobs that run while it is destroyed, too
};
TYPED_TEST_SUITE_P(DriverContract);

TYPED_TEST_P(DriverContract, RunsAJobAtOnce) {
    Scheduler& scheduler = this->make();
    int runs = 0;
    scheduler.on<JobExecuted>([&](const JobExecuted&) { this->quit(); });
    scheduler.add_job([&] { ++runs; });
    this->start();
    this->run();
    EXPECT_EQ(runs, 1);
    this->destroy();
}

TYPED_TEST_P(DriverContract, FiresAgainAndAgainAtTheInstantsOfTheTrigger) {
    Scheduler& scheduler = this->make();
    std::atomic<int> runs = 0;
    std::atomic<bool> early = false;
    const auto job = [&](RunContext& context) {
        if (system_clock()->now() < context.scheduled()) early = true;
        if (++runs == 5) this->quit();
    };
    scheduler.add_job(job, interval(std::chrono::milliseconds(2)));
    this->start();
    this->run();
    EXPECT_GE(runs, 5);
    EXPECT_FALSE(early);
    this->destroy();
}

TYPED_TEST_P(DriverContract, AFailureIsToldAndDoesNotEndIt) {
    Scheduler& scheduler = this->make();
    std::atomic<int> errors = 0;
    scheduler.on<JobError>([&](const JobError& event) {
        EXPECT_EQ(event.reason, "meant to fail");
        if (++errors == 3) this->quit();
    });
    scheduler.add_job([] { throw std::runtime_error("meant to fail"); },
                      interval(std::chrono::milliseconds(1)));
    this->start();
    this->run();
    EXPECT_GE(errors, 3);
    this->destroy();
}

TYPED_TEST_P(DriverContract, WakesForAJobOfAnotherThread) {
    Scheduler& scheduler = this->make();
    std::thread other;
    bool ran = false;
    // The first job is over, and nothing else is due.
    scheduler.on<JobExecuted>([&](const JobExecuted& event) {
        if (event.job_id != "first") return;
        other = std::thread([&] {
            scheduler.add_job([&] {
                ran = true;
                this->quit();
            });
        });
    });
    scheduler.add_job([] {}, {.id = "first"});
    this->start();
    this->run();
    other.join();
    EXPECT_TRUE(ran);
    this->destroy();
}

TYPED_TEST_P(DriverContract, WakesForAnEarlierJob) {
    Scheduler& scheduler = this->make();
    bool ran = false;
    scheduler.add_job([] {}, interval(std::chrono::hours(24)));
    scheduler.on<JobExecuted>([&](const JobExecuted& event) {
        if (event.job_id != "first") return;
        scheduler.add_job(
            [&] {
                ran = true;
                this->quit();
            },
            interval(std::chrono::milliseconds(3)));
    });
    scheduler.add_job([] {}, {.id = "first"});
    this->start();
    this->run();
    EXPECT_TRUE(ran);
    this->destroy();
}

/// What this process has used of the processor, and how often it began to wait.
struct Usage {
    std::chrono::microseconds time{};
    long waits = 0;

    static Usage so_far() {
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        const auto time = [](const timeval& value) {
            return std::chrono::seconds(value.tv_sec) + std::chrono::microseconds(value.tv_usec);
        };
        return {.time = time(usage.ru_utime) + time(usage.ru_stime), .waits = usage.ru_nvcsw};
    }
};

// Between the two jobs nothing is due. What polls each 10 ms would wait 50 times, and what polls
// without a pause would use the processor for all of that time.
TYPED_TEST_P(DriverContract, SleepsWhenNothingIsDue) {
    Scheduler& scheduler = this->make();
    Usage before;
    Usage after;
    scheduler.add_job([] {}, interval(std::chrono::hours(24)));
    scheduler.add_job([&] {
        before = Usage::so_far();
        scheduler.add_job(
            [&] {
                after = Usage::so_far();
                this->quit();
            },
            {.misfire_grace_time = unlimited,
             .next_run_time = system_clock()->now() + std::chrono::milliseconds(500)});
    });
    this->start();
    this->run();
    EXPECT_LT(after.waits - before.waits, 40);
    EXPECT_LT(after.time - before.time, std::chrono::milliseconds(50));
    this->destroy();
}

TYPED_TEST_P(DriverContract, DoesWhatIsDueWhenTheClockWasSetForward) {
    const auto clock = std::make_shared<ShiftedClock>();
    Scheduler& scheduler = this->make({.clock = clock});
    std::atomic<bool> ran = false;
    std::thread other;
    scheduler.add_job(
        [&] {
            ran = true;
            this->quit();
        },
        interval(std::chrono::hours(1)));
    scheduler.add_job([&] {
        other = std::thread([&] {
            // Until the driver sleeps. If it does not yet, it looks at the clock anyway.
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            clock->shift(std::chrono::hours(1));
            // Again, for it may set its timer at the same time.
            while (!ran) {
                this->driver->clock_was_set();
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        });
    });
    this->start();
    this->run();
    other.join();
    EXPECT_TRUE(ran);
    this->destroy();
}

TYPED_TEST_P(DriverContract, RepeatsNothingWhenTheClockWasSetBack) {
    const auto clock = std::make_shared<ShiftedClock>();
    Scheduler& scheduler = this->make({.clock = clock});
    std::atomic<int> runs = 0;
    scheduler.add_job([&] { ++runs; });
    scheduler.on<JobExecuted>([&](const JobExecuted& event) {
        if (event.job_id == "last") return this->quit();
        clock->shift(std::chrono::hours(-1));
        scheduler.add_job([] {}, {.id = "last"});
    });
    this->start();
    this->run();
    EXPECT_EQ(runs, 1);
    this->destroy();
}

TYPED_TEST_P(DriverContract, RunsNothingWhilePausedAndGoesOnAfterwards) {
    Scheduler& scheduler = this->make();
    std::atomic<int> runs = 0;
    std::atomic<bool> paused = false;
    std::atomic<bool> ran_paused = false;
    std::thread other;
    scheduler.add_job(
        [&] {
            if (paused) ran_paused = true;
            if (++runs == 6) this->quit();
            if (runs != 3) return;
            scheduler.pause();
            paused = true;
            other = std::thread([&] {
                paused = false;
                scheduler.resume();
            });
        },
        interval(std::chrono::milliseconds(1)));
    this->start();
    this->run();
    other.join();
    EXPECT_FALSE(ran_paused);
    this->destroy();
}

TYPED_TEST_P(DriverContract, AJobMayShutItDown) {
    Scheduler& scheduler = this->make();
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { this->quit(); });
    scheduler.add_job([&] { scheduler.shutdown(); }, interval(std::chrono::milliseconds(1)));
    this->start();
    this->run();
    scheduler.shutdown();  // waits for that end
    EXPECT_FALSE(scheduler.running());
    this->destroy();
}

TYPED_TEST_P(DriverContract, AListenerMayShutItDown) {
    Scheduler& scheduler = this->make();
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { this->quit(); });
    scheduler.on<JobExecuted>([&](const JobExecuted&) { scheduler.shutdown(); });
    scheduler.add_job([] {});
    this->start();
    this->run();
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
    this->destroy();
}

TYPED_TEST_P(DriverContract, AnotherThreadMayShutItDownAndLetsRunsFinish) {
    Scheduler& scheduler = this->make();
    std::thread other;
    std::atomic<int> begun = 0;
    std::atomic<int> ended = 0;
    std::atomic<bool> ending = false;
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { this->quit(); });
    scheduler.add_job(
        [&] {
            if (begun++ == 2) {
                other = std::thread([&] {
                    ending = true;
                    scheduler.shutdown();
                    EXPECT_EQ(begun, ended);
                    EXPECT_FALSE(scheduler.running());
                });
                while (!ending) std::this_thread::yield();
            }
            ++ended;
        },
        interval(std::chrono::milliseconds(1)));
    this->start();
    this->run();
    other.join();
    EXPECT_EQ(begun, ended);
    this->destroy();
}

TYPED_TEST_P(DriverContract, AnotherThreadMayShutItDownWithoutWaiting) {
    Scheduler& scheduler = this->make();
    std::thread other;
    bool asked = false;
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { this->quit(); });
    scheduler.add_job([&](RunContext& context) {
        other = std::thread([&] { scheduler.shutdown({.wait = false}); });
        while (!context.stop_requested()) std::this_thread::yield();
        asked = true;
    });
    this->start();
    this->run();
    other.join();
    scheduler.shutdown();
    EXPECT_TRUE(asked);
    this->destroy();
}

TYPED_TEST_P(DriverContract, StartsAgainAfterItsEnd) {
    Scheduler& scheduler = this->make();
    std::atomic<int> runs = 0;
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { this->quit(); });
    for (int round = 1; round <= 5; ++round) {
        scheduler.add_job([&] {
            ++runs;
            scheduler.shutdown();
        });
        this->start();
        this->run();
        scheduler.shutdown();
        EXPECT_EQ(runs, round);
    }
    this->destroy();
}

TYPED_TEST_P(DriverContract, IsDestroyedWhileJobsAreDue) {
    for (int round = 0; round < 20; ++round) {
        Scheduler& scheduler = this->make();
        std::atomic<int> runs = 0;
        for (int i = 0; i < 20; ++i) {
            scheduler.add_job(
                [&] {
                    if (++runs == 30) this->quit();
                },
                interval(std::chrono::microseconds(100)));
        }
        this->start();
        this->run();
        this->destroy();
        this->driver = std::make_unique<TypeParam>();
    }
}

REGISTER_TYPED_TEST_SUITE_P(
    DriverContract, RunsAJobAtOnce, FiresAgainAndAgainAtTheInstantsOfTheTrigger,
    AFailureIsToldAndDoesNotEndIt, WakesForAJobOfAnotherThread, WakesForAnEarlierJob,
    SleepsWhenNothingIsDue, DoesWhatIsDueWhenTheClockWasSetForward,
    RepeatsNothingWhenTheClockWasSetBack, RunsNothingWhilePausedAndGoesOnAfterwards,
    AJobMayShutItDown, AListenerMayShutItDown, AnotherThreadMayShutItDownAndLetsRunsFinish,
    AnotherThreadMayShutItDownWithoutWaiting, StartsAgainAfterItsEnd, IsDestroyedWhileJobsAreDue);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DriverContract);

}  // namespace punctual::testing
