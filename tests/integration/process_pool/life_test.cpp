// How workers come and go, what they have and what they may use.
#include "integration/commands/fifo.hpp"
#include "integration/process_pool/process_pools.hpp"
#include "sanitized.hpp"

#include <punctual/punctual.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace punctual::testing {
namespace {

using ::testing::HasSubstr;

const auto nothing = task("nothing_lives", [] {});
const auto list_descriptors = task("list_descriptors", [] {
    std::vector<std::string> targets;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;  // the one that lists them
        const auto target = std::filesystem::read_symlink(entry.path(), gone);
        if (!gone) targets.push_back(target.string());
    }
    return targets;
});
const auto list_of_child = task("list_of_child", [] {
    FILE* pipe = ::popen("ls -l /proc/self/fd | grep -c socket", "r");
    char line[16] = {};
    static_cast<void>(!std::fgets(line, sizeof line, pipe));
    ::pclose(pipe);
    return std::string(line);
});
const auto allocate = task("allocate", [](std::int64_t bytes) {
    static std::vector<std::vector<char>> kept;
    kept.emplace_back(static_cast<std::size_t>(bytes), 'x');
    return static_cast<std::int64_t>(::getpid());
});
const auto compute = task("compute", [] {
    volatile bool on = true;
    while (on) {
    }
});
const auto use_half_a_second = task("use_half_a_second", [] {
    const std::clock_t end = std::clock() + CLOCKS_PER_SEC / 2;
    while (std::clock() < end) {
    }
    return static_cast<std::int64_t>(::getpid());
});
const auto have_a_pool = task("have_a_pool", [] { make_process_pool(1)->start(); });
const auto wait_for_stop = task("wait_for_stop_lives", [](RunContext& context, std::string fifo) {
    tell(fifo);
    while (!context.stop_requested()) ::usleep(100);
});
const auto process_group =
    task("process_group", [] { return static_cast<std::int64_t>(::getpgrp()); });

class ProcessPoolLife : public ProcessPool {};

TEST_F(ProcessPoolLife, RunsInAnotherProcessOfThisProgram) {
    make(1);
    EXPECT_NE(worker(), ::getpid());
    EXPECT_NE(run(process_group()).result, Value(std::int64_t{::getpgrp()}));
}

TEST_F(ProcessPoolLife, KeepsItsWorkers) {
    make(1);
    const std::int64_t first = worker();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(worker(), first);
}

TEST_F(ProcessPoolLife, StartsAWorkerWhenItIsNeeded) {
    make(3);
    Fifo first;
    Fifo second;
    const RunId one = submit(wait_for_stop(first.path()));
    EXPECT_EQ(first.read_line(), "begun");
    const RunId two = submit(wait_for_stop(second.path()));
    EXPECT_EQ(second.read_line(), "begun");
    EXPECT_EQ(pool->room(), 1U);
    recorder.request_stop(one);
    recorder.request_stop(two);
}

TEST_F(ProcessPoolLife, ReplacesAWorkerAfterItsRuns) {
    make(1, {.max_runs_per_worker = 3});
    std::multiset<std::int64_t> processes;
    for (int i = 0; i < 9; ++i) processes.insert(worker());
    for (const std::int64_t process : processes) EXPECT_EQ(processes.count(process), 3U);
}

TEST_F(ProcessPoolLife, ReplacesAWorkerThatHasGrown) {
    make(1, {.max_memory = 1 << 30});
    const std::int64_t first = worker();
    EXPECT_EQ(run(allocate(1 << 20)).result, Value(first));
    EXPECT_EQ(worker(), first);
    pool->shutdown(true);
    make(1, {.max_memory = 1});
    EXPECT_NE(worker(), worker());
}

TEST_F(ProcessPoolLife, AnAllocationBeyondTheMemoryLimitFailsItsRun) {
#ifdef PUNCTUAL_SANITIZED
    GTEST_SKIP() << "a sanitizer reserves more address space than any limit would leave";
#endif
    make(1, {.memory_limit = 1 << 30});
    const ReportedRun failed = run(allocate(std::int64_t{2} << 30));
    EXPECT_EQ(failed.outcome, RunState::failed);
    EXPECT_EQ(failed.reason, "std::bad_alloc");
    EXPECT_EQ(run(nothing()).outcome, RunState::succeeded);
}

TEST_F(ProcessPoolLife, ARunBeyondItsShareOfTheProcessorIsKilled) {
    make(1, {.cpu_limit = std::chrono::milliseconds(10)});
    const ReportedRun failed = run(compute());
    EXPECT_EQ(failed.outcome, RunState::failed);
    EXPECT_EQ(failed.reason,
              "killed by signal 24 (SIGXCPU): it used the processor for longer than its cpu_limit "
              "of 10ms");
}

TEST_F(ProcessPoolLife, EachRunHasItsOwnShareOfTheProcessor) {
    make(1, {.cpu_limit = std::chrono::seconds(1)});
    const Value first = run(use_half_a_second()).result;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(run(use_half_a_second()).result, first);
}

TEST_F(ProcessPoolLife, InheritsNoDescriptors) {
    Fifo fifo;
    const std::string path = fifo.folder() + "/open";
    // As careless programs open files: a child gets them.
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
    make(1);
    const auto targets = decode<std::vector<std::string>>(run(list_descriptors()).result);
    EXPECT_THAT(targets, ::testing::Not(::testing::Contains(path)));
    // Three standard ones, two sockets, and what the worker opens: its pool's process, an event.
    EXPECT_LE(targets.size(), 8U) << ::testing::PrintToString(targets);
    ::close(descriptor);
}

TEST_F(ProcessPoolLife, WhatAJobStartsInheritsNoneOfItsWorkers) {
    make(1);
    EXPECT_EQ(run(list_of_child()).result, Value("0\n"));
}

TEST_F(ProcessPoolLife, AWorkerStartsNoWorkers) {
    make(1);
    const ReportedRun failed = run(have_a_pool());
    EXPECT_EQ(failed.outcome, RunState::failed);
    EXPECT_THAT(failed.reason, HasSubstr("a worker starts no others"));
}

TEST_F(ProcessPoolLife, ShutdownLeavesNoWorker) {
    make(2);
    const std::int64_t process = worker();
    pool->shutdown(true);
    EXPECT_NE(::kill(static_cast<pid_t>(process), 0), 0);
}

TEST_F(ProcessPoolLife, DropsWhatWaitsBehindARunWhenItIsShutDownWithoutWaiting) {
    make(1);
    Fifo fifo;
    const RunId running = submit(wait_for_stop(fifo.path()));
    const RunId waiting = submit(nothing());
    EXPECT_EQ(fifo.read_line(), "begun");
    std::thread closing([this] { pool->shutdown(false); });
    EXPECT_EQ(recorder.wait_for_run(waiting).outcome, RunState::cancelled);
    recorder.request_stop(running);
    EXPECT_EQ(recorder.wait_for_run(running).outcome, RunState::succeeded);
    closing.join();
}

// How often the threads of a process have gone to sleep: each that wakes does so again.
long sleeps_of(std::int64_t process) {
    long sleeps = 0;
    const std::string folder = "/proc/" + std::to_string(process) + "/task";
    for (const auto& thread : std::filesystem::directory_iterator(folder)) {
        std::ifstream status(thread.path() / "status");
        for (std::string word; status >> word;) {
            long count = 0;
            if (word == "voluntary_ctxt_switches:" && status >> count) sleeps += count;
        }
    }
    return sleeps;
}

TEST_F(ProcessPoolLife, SleepsWhileNothingRuns) {
#ifdef PUNCTUAL_SANITIZED
    GTEST_SKIP() << "a sanitizer has a thread of its own that wakes from time to time";
#endif
    make(2);
    const std::int64_t process = worker();
    ::usleep(100'000);
    const long here = sleeps_of(::getpid());
    const long there = sleeps_of(process);
    ::usleep(300'000);
    // The one here is that of this test.
    EXPECT_LE(sleeps_of(::getpid()), here + 1);
    EXPECT_EQ(sleeps_of(process), there);
}

TEST(ProcessPoolOptionsCheck, NamesWhatIsOutOfRange) {
    const auto error = [](int workers, const ProcessPoolOptions& options) -> std::string {
        try {
            static_cast<void>(process_pool(workers, options));
            return "no error";
        } catch (const ConfigurationError& caught) {
            return caught.what();
        }
    };
    EXPECT_EQ(error(0, {}), "a process_pool needs at least 1 worker, not 0");
    EXPECT_EQ(error(1, {.max_runs_per_worker = -1}),
              "max_runs_per_worker of a process_pool is -1: it must be at least 0 (0: no limit)");
    EXPECT_EQ(error(1, {.cpu_limit = std::chrono::seconds(0)}),
              "cpu_limit of a process_pool is 0s: it must be above 0");
    EXPECT_EQ(error(1, {}), "no error");
}

}  // namespace
}  // namespace punctual::testing
