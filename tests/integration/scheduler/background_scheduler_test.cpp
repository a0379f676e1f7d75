// The life of a scheduler with threads of its own.

#include <punctual/punctual.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <latch>
#include <mutex>
#include <optional>
#include <thread>

#include "counter.hpp"

namespace punctual::testing {
namespace {

/// Returns once the run is asked to stop.
void wait_for_stop(const std::stop_token& token) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait(lock, token, [] { return false; });
}

/// A job that says that it began and goes on until it is asked to stop.
struct Patient {
    Counter& began;
    Counter& stopped;
    void operator()(const std::stop_token& token) const {
        began.count();
        wait_for_stop(token);
        stopped.count();
    }
};

TEST(BackgroundScheduler, RunsOnThreadsOfItsOwn) {
    Counter runs;
    std::thread::id ran_on;
    BackgroundScheduler scheduler;
    scheduler.start();
    scheduler.add_job([&] {
        ran_on = std::this_thread::get_id();
        runs.count();
    });
    runs.wait_for(1);
    EXPECT_NE(ran_on, std::this_thread::get_id());
}

TEST(BackgroundScheduler, RunsAgainAndAgain) {
    Counter runs;
    BackgroundScheduler scheduler;
    scheduler.add_job([&] { runs.count(); }, interval(1ms));
    scheduler.start();
    runs.wait_for(5);
}

TEST(BackgroundScheduler, WakesUpForAJobThatIsDueBeforeAllOthers) {
    Counter runs;
    BackgroundScheduler scheduler;
    scheduler.start();
    scheduler.add_job([] {}, interval(24h));
    scheduler.add_job([&] { runs.count(); }, interval(1ms));
    runs.wait_for(1);
}

TEST(BackgroundScheduler, ShutdownWaitsForRunsAndSettlesThem) {
    Counter began;
    std::latch may_end(1);
    Counter told;
    bool ended = false;
    BackgroundScheduler scheduler;
    scheduler.on<JobExecuted>([&](const JobExecuted&) { told.count(); });
    scheduler.start();
    scheduler.add_job([&] {
        began.count();
        may_end.wait();
        ended = true;
    });
    began.wait_for(1);
    std::jthread helper([&] { may_end.count_down(); });
    scheduler.shutdown();
    EXPECT_TRUE(ended);
    EXPECT_EQ(told.value(), 1);
}

TEST(BackgroundScheduler, ShutdownWithoutWaitingAsksRunsToStop) {
    Counter began;
    Counter stopped;
    BackgroundScheduler scheduler;
    scheduler.start();
    scheduler.add_job(Patient{began, stopped});
    began.wait_for(1);
    scheduler.shutdown({.wait = false});
    stopped.wait_for(1);
    scheduler.shutdown();
    EXPECT_EQ(scheduler.state(), SchedulerState::stopped);
}

TEST(BackgroundScheduler, ShutdownAsksRunsToStopAfterItsTimeout) {
    Counter began;
    Counter stopped;
    BackgroundScheduler scheduler;
    scheduler.start();
    scheduler.add_job(Patient{began, stopped});
    began.wait_for(1);
    scheduler.shutdown({.timeout = 1ms});
    EXPECT_EQ(stopped.value(), 1);
}

TEST(BackgroundScheduler, AListenerOnAThreadThatAJobStartedMayShutItDown) {
    Counter done;
    BackgroundScheduler scheduler;
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { done.count(); });
    scheduler.on<JobProgress>([&](const JobProgress&) { scheduler.shutdown(); });
    scheduler.start();
    scheduler.add_job([](RunContext& run) { std::thread([&] { run.progress(0.5); }).join(); });
    done.wait_for(1);
    EXPECT_FALSE(scheduler.running());
}

TEST(BackgroundScheduler, AJobMayShutItDown) {
    Counter done;
    BackgroundScheduler scheduler;
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { done.count(); });
    scheduler.start();
    scheduler.add_job([&] { scheduler.shutdown(); });
    done.wait_for(1);
    EXPECT_FALSE(scheduler.running());
}

TEST(BackgroundScheduler, AListenerMayShutItDown) {
    Counter done;
    BackgroundScheduler scheduler;
    scheduler.on<JobExecuted>([&](const JobExecuted&) { scheduler.shutdown(); });
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { done.count(); });
    scheduler.start();
    scheduler.add_job([] {});
    done.wait_for(1);
    EXPECT_FALSE(scheduler.running());
}

TEST(BackgroundScheduler, ManyThreadsMayShutItDownAtOnce) {
    for (int round = 0; round < 20; ++round) {
        Counter runs;
        BackgroundScheduler scheduler;
        scheduler.add_job([&] { runs.count(); }, interval(1ms));
        scheduler.start();
        runs.wait_for(1);
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i) threads.emplace_back([&] { scheduler.shutdown(); });
        }
        EXPECT_FALSE(scheduler.running());
    }
}

TEST(BackgroundScheduler, RunsNothingOnceItsShutdownReturned) {
    Counter runs;
    BackgroundScheduler scheduler;
    scheduler.add_job([&] { runs.count(); }, interval(1ms));
    scheduler.start();
    runs.wait_for(3);
    scheduler.shutdown();
    const int before = runs.value();
    for (int i = 0; i < 100; ++i) std::this_thread::yield();
    EXPECT_EQ(runs.value(), before);
}

TEST(BackgroundScheduler, RestartsWithItsJobs) {
    Counter runs;
    BackgroundScheduler scheduler;
    scheduler.add_job([&] { runs.count(); }, interval(1ms));
    for (int round = 0; round < 20; ++round) {
        scheduler.start();
        runs.wait_for(runs.value() + 2);
        scheduler.shutdown();
    }
}

TEST(BackgroundScheduler, ADestructorAsksRunsToStopAndWaitsForThem) {
    Counter began;
    Counter stopped;
    std::optional<BackgroundScheduler> scheduler(std::in_place);
    scheduler->start();
    for (int i = 0; i < 3; ++i) scheduler->add_job(Patient{began, stopped});
    began.wait_for(3);
    scheduler.reset();
    EXPECT_EQ(stopped.value(), 3);
}

TEST(BackgroundScheduler, IsDestroyedWhileJobsAreDue) {
    for (int round = 0; round < 50; ++round) {
        Counter runs;
        BackgroundScheduler scheduler;
        for (int i = 0; i < 20; ++i) scheduler.add_job([&] { runs.count(); }, interval(100us));
        scheduler.start();
        runs.wait_for(1);
    }
}

TEST(BackgroundScheduler, APausedOneRunsWhenItIsResumed) {
    Counter runs;
    BackgroundScheduler scheduler;
    scheduler.start({.paused = true});
    scheduler.add_job([&] { runs.count(); });
    EXPECT_EQ(runs.value(), 0);
    scheduler.resume();
    runs.wait_for(1);
}

TEST(BackgroundScheduler, RefusesCallsInTheChildOfAFork) {
    BackgroundScheduler scheduler;
    scheduler.start();
    scheduler.add_job([] {}, interval(24h), {.id = "daily"});
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        try {
            scheduler.add_job([] {});
            ::_exit(1);
        } catch (const Error&) {
            ::_exit(0);
        }
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_TRUE(scheduler.find_job("daily"));
}

TEST(BackgroundScheduler, AJobThatAnEndWaitsForMayNotWaitForThatEnd) {
    BackgroundScheduler scheduler;
    Counter began;
    Counter refused;
    const auto ends = [&] {
        try {
            scheduler.remove_executor("none");
        } catch (const UnknownExecutorError&) {
            return false;
        } catch (const SchedulerNotRunningError&) {
            return true;
        }
        return false;
    };
    scheduler.start();
    scheduler.add_job([&] {
        began.count();
        while (!ends()) std::this_thread::yield();
        EXPECT_THROW(scheduler.start(), Error);
        EXPECT_THROW(scheduler.configure({}), Error);
        refused.count();
    });
    began.wait_for(1);
    scheduler.shutdown();
    EXPECT_EQ(refused.value(), 1);
}

TEST(BackgroundScheduler, AListenerOfTheEndThatAJobAskedForDoesNotWaitForIt) {
    BackgroundScheduler scheduler;
    Counter refused;
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) {
        EXPECT_THROW(scheduler.start(), Error);
        EXPECT_THROW(scheduler.configure({}), Error);
        refused.count();
    });
    scheduler.start();
    scheduler.add_job([&] { scheduler.shutdown(); });
    refused.wait_for(1);
    scheduler.start();
    scheduler.shutdown();
}

}  // namespace
}  // namespace punctual::testing
