// Many threads at one scheduler. These tests are at their best under a thread sanitizer.

#include <punctual/punctual.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>
#include <vector>

#include "counter.hpp"

namespace punctual::testing {
namespace {

constexpr int threads = 4;

/// Does `work(thread)` on several threads at once.
template <class F>
void at_once(F work) {
    std::vector<std::jthread> all;
    for (int thread = 0; thread < threads; ++thread)
        all.emplace_back([&, thread] { work(thread); });
}

/// Does `action`; that it was too late for it (gone, stopped, there already) is no failure.
template <class F>
void try_to(F action) {
    try {
        action();
    } catch (const JobLookupError&) {
    } catch (const ConflictingIdError&) {
    } catch (const SchedulerNotRunningError&) {
    } catch (const SchedulerAlreadyRunningError&) {
    } catch (const ConfigurationError&) {
    } catch (const UnknownStoreError&) {
    } catch (const UnknownExecutorError&) {
    }
}

TEST(Concurrency, EachJobOfManyThreadsRunsOnce) {
    constexpr int jobs = 500;
    std::vector<std::atomic<int>> runs(threads * jobs);
    Counter executed;
    BackgroundScheduler scheduler;
    scheduler.on<JobExecuted>([&](const JobExecuted&) { executed.count(); });
    scheduler.start();
    at_once([&](int thread) {
        for (int i = 0; i < jobs; ++i) {
            scheduler.add_job(
                [&, index = thread * jobs + i] { ++runs[static_cast<std::size_t>(index)]; });
        }
    });
    executed.wait_for(threads * jobs);
    scheduler.shutdown();
    for (const std::atomic<int>& run : runs) EXPECT_EQ(run, 1);
    EXPECT_TRUE(scheduler.get_jobs().empty());
}

/// One thread's share of turmoil, on jobs that the threads share.
void turmoil(Scheduler& scheduler, const Call& call, int thread) {
    for (int i = 0; i < 200; ++i) {
        const std::string id = "job" + std::to_string((i + thread) % 7);
        switch ((i * 7 + thread) % 8) {
            case 0:
            case 1:
                try_to([&] { scheduler.add_job(call, interval(1ms), {.id = id}); });
                break;
            case 2:
                try_to([&] { scheduler.modify_job(id, {.max_instances = 1 + i % 3}); });
                break;
            case 3:
                try_to([&] { scheduler.pause_job(id).resume(); });
                break;
            case 4:
                try_to([&] { scheduler.run_job(id); });
                break;
            case 5:
                try_to([&] { scheduler.reschedule_job(id, interval(2ms)); });
                break;
            case 6:
                try_to([&] { static_cast<void>(scheduler.get_jobs()); });
                break;
            default:
                try_to([&] { scheduler.remove_job(id); });
        }
    }
}

/// Counts what jobs did and what was told of it: the two must come out equal.
struct Tally {
    std::atomic<int> runs{0};
    std::atomic<int> executed{0};
    std::atomic<int> cancelled{0};
    std::atomic<int> submitted{0};

    void listen(Scheduler& scheduler) {
        scheduler.on<JobExecuted>([this](const JobExecuted&) { ++executed; });
        scheduler.on<JobCancelled>([this](const JobCancelled&) { ++cancelled; });
        scheduler.on<JobSubmitted>([this](const JobSubmitted&) { ++submitted; });
    }
};

TEST(Concurrency, TurmoilLosesNoEvent) {
    Tally tally;
    BackgroundScheduler scheduler;
    tally.listen(scheduler);
    scheduler.start();
    at_once([&](int thread) {
        turmoil(
            scheduler, [&] { ++tally.runs; }, thread);
    });
    scheduler.shutdown();
    EXPECT_GT(tally.runs, 0);
    EXPECT_EQ(tally.executed, tally.runs);
    EXPECT_EQ(tally.submitted, tally.executed) << "what was handed over was told to its end";
}

std::atomic<int> stored_runs{0};
const auto stored = task("concurrency.stored", [] { ++stored_runs; });

TEST(Concurrency, TurmoilOnADatabaseLosesNoEvent) {
    const auto folder = std::filesystem::temp_directory_path() /
                        ("punctual-concurrency-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    try {
        BackgroundScheduler scheduler(
            {.stores = {{"default", store("sqlite:///" + (folder / "jobs.sqlite").string())}}});
        Tally tally;
        tally.listen(scheduler);
        scheduler.start();
        at_once([&](int thread) { turmoil(scheduler, stored(), thread); });
        scheduler.shutdown();
        EXPECT_GT(stored_runs, 0);
        EXPECT_EQ(tally.executed, stored_runs);
        EXPECT_EQ(tally.submitted, tally.executed);
    } catch (const ConfigurationError& error) {
        std::filesystem::remove_all(folder);
        GTEST_SKIP() << error.what();
    }
    std::filesystem::remove_all(folder);
}

TEST(Concurrency, ListenersComeAndGoAmongEvents) {
    Counter runs;
    BackgroundScheduler scheduler;
    scheduler.add_job([&] { runs.count(); }, interval(100us));
    scheduler.start();
    at_once([&](int) {
        for (int i = 0; i < 200; ++i) {
            const auto own = std::make_shared<std::atomic<int>>(0);
            scheduler.remove_listener(scheduler.add_listener([own](const Event&) { ++*own; }));
        }
    });
    runs.wait_for(runs.value() + 1);
}

TEST(Concurrency, StoresAndExecutorsComeAndGoAmongRuns) {
    Counter runs;
    BackgroundScheduler scheduler;
    scheduler.add_job([&] { runs.count(); }, interval(1ms));
    scheduler.start();
    at_once([&](int thread) {
        const std::string name = "part" + std::to_string(thread);
        for (int i = 0; i < 20; ++i) {
            scheduler.add_executor(name, thread_pool(2));
            scheduler.add_store(name, memory());
            scheduler.add_job([&] { runs.count(); }, interval(1ms),
                              {.store = name, .executor = name});
            scheduler.remove_store(name);
            scheduler.remove_executor(name);
        }
    });
    runs.wait_for(runs.value() + 1);
    EXPECT_EQ(scheduler.get_jobs().size(), 1u);
}

TEST(Concurrency, StartsAndShutdownsOfManyThreadsDoNoHarm) {
    Counter runs;
    BackgroundScheduler scheduler;
    scheduler.add_job([&] { runs.count(); }, interval(100us), {.id = "tick"});
    scheduler.start();
    at_once([&](int thread) {
        for (int i = 0; i < 30; ++i) {
            try_to([&] { scheduler.start(); });
            try_to([&] { scheduler.run_job("tick"); });
            try_to([&] { scheduler.shutdown({.wait = (i + thread) % 2 == 0}); });
        }
    });
    try_to([&] { scheduler.start(); });
    runs.wait_for(runs.value() + 1);
    EXPECT_TRUE(scheduler.find_job("tick"));
}

// Each thread does one kind of change, so that any two kinds meet.
TEST(Concurrency, ChangesOfLifeAndOfPartsDoNoHarmToEachOther) {
    Counter runs;
    BackgroundScheduler scheduler;
    const auto tick = [&] { scheduler.add_job([&] { runs.count(); }, interval(100us)); };
    tick();
    scheduler.start();
    const std::vector<std::function<void()>> changes = {
        [&] { scheduler.pause(); },
        [&] { scheduler.resume(); },
        [&] { scheduler.start(); },
        [&] { scheduler.shutdown(); },
        [&] { scheduler.shutdown({.wait = false}); },
        [&] { scheduler.run_job(scheduler.get_jobs().front().id()); },
        [&] {
            // Within a job, for which an end may wait.
            scheduler.add_job([&] {
                try_to([&] { scheduler.add_store("inside", memory()); });
                try_to([&] { scheduler.shutdown(); });
            });
        },
        [&] { scheduler.add_store("part", memory()); },
        [&] { scheduler.remove_store("part"); },
        [&] { scheduler.remove_store("inside"); },
        [&] { scheduler.add_executor("part", thread_pool(2)); },
        [&] { scheduler.remove_executor("part"); },
    };
    std::vector<std::jthread> all;
    for (const auto& change : changes) {
        all.emplace_back([&] {
            for (int i = 0; i < 50; ++i) try_to(change);
        });
    }
    all.clear();
    scheduler.shutdown();
    scheduler.remove_all_jobs();
    tick();
    scheduler.start();
    runs.wait_for(runs.value() + 1);
}

TEST(Concurrency, PausesAndResumesAmongRunsLoseNothing) {
    Counter runs;
    BackgroundScheduler scheduler;
    scheduler.add_job([&] { runs.count(); }, interval(100us));
    scheduler.start();
    at_once([&](int) {
        for (int i = 0; i < 100; ++i) {
            scheduler.pause();
            scheduler.resume();
        }
    });
    runs.wait_for(runs.value() + 1);
}

TEST(Concurrency, JobsThatAddJobsEndInTheirNumber) {
    Counter runs;
    BackgroundScheduler scheduler;
    scheduler.start();
    struct Tree {
        Scheduler& scheduler;
        Counter& runs;
        int depth;
        void operator()() const {
            runs.count();
            if (depth == 0) return;
            for (int i = 0; i < 2; ++i) scheduler.add_job(Tree{scheduler, runs, depth - 1});
        }
    };
    scheduler.add_job(Tree{scheduler, runs, 9});
    runs.wait_for(1023);
    scheduler.shutdown();
    EXPECT_EQ(runs.value(), 1023);
}

TEST(Concurrency, AStorm) {
    // Groups that are caught up, removed, and added again, on a pool that is too small for them.
    Tally tally;
    BackgroundScheduler scheduler({.executors = {{"default", thread_pool(2)}},
                                   .job_defaults = {.coalesce = false, .max_instances = 3}});
    tally.listen(scheduler);
    scheduler.start();
    at_once([&](int thread) {
        for (int i = 0; i < 100; ++i) {
            const std::string id = "storm" + std::to_string(thread);
            scheduler.add_job([&] { ++tally.runs; }, interval(10us), {.id = id});
            std::this_thread::yield();
            scheduler.remove_job(id);
        }
    });
    scheduler.shutdown();
    EXPECT_EQ(tally.executed, tally.runs);
}

}  // namespace
}  // namespace punctual::testing
