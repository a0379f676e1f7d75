// A pool whose workers are killed at random while runs pass: each run ends once, and none is lost.
#include <punctual/executors/executor.hpp>
#include <punctual/executors/process_pool.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <unistd.h>

namespace punctual::testing {

namespace {

constexpr std::size_t all_runs = PROCESS_POOL_SOAK_RUNS;
constexpr std::size_t batch_size = 500;
// Kills are bound to what has passed, so that the length of the test is.
constexpr std::size_t runs_between_kills = 100;
constexpr int workers = 4;

// Long enough to be hit.
const auto square = task("square", [](std::int64_t number) {
    for (volatile int i = 0; i < 20'000;) i = i + 1;
    return number * number;
});

// The processes that threads of this one have started, and that are not gone.
std::vector<pid_t> children() {
    std::vector<pid_t> processes;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream list(thread.path() / "children");
        for (pid_t process = 0; list >> process;) processes.push_back(process);
    }
    return processes;
}

class Soak : public ::testing::Test {
protected:
    void TearDown() override { pool->shutdown(true); }

    void submit(std::size_t count) {
        std::vector<RunTicket> tickets;
        for (; count > 0; --count) {
            tickets.push_back(recorder.ticket(square(static_cast<std::int64_t>(++submitted))));
        }
        pool->submit(tickets);
    }
    bool kill_one() {
        const std::vector<pid_t> processes = children();
        if (processes.empty()) return false;
        return ::kill(processes[random() % processes.size()], SIGKILL) == 0;
    }

    std::mt19937 random{20250330};
    std::size_t submitted = 0;
    RunRecorder recorder;
    std::shared_ptr<Executor> pool = make_process_pool(workers, {.max_runs_per_worker = 5000});
};

TEST_F(Soak, EachRunEndsOnceHoweverManyWorkersAreKilled) {
    pool->start();
    std::size_t kills = 0;
    submit(batch_size);
    for (std::size_t passed = runs_between_kills; passed <= all_runs;
         passed += runs_between_kills) {
        recorder.wait_for(passed);
        kills += kill_one() ? 1 : 0;
        while (submitted < all_runs && submitted < passed + batch_size) submit(batch_size);
    }
    recorder.wait_for(all_runs);

    std::set<RunId> ids;
    std::size_t failed = 0;
    for (const ReportedRun& run : recorder.reported()) {
        EXPECT_TRUE(ids.insert(run.id).second) << "run " << run.id << " ended twice";
        if (run.outcome == RunState::succeeded) {
            EXPECT_EQ(run.result, Value(run.id * run.id));
        } else {
            ++failed;
            EXPECT_EQ(run.outcome, RunState::failed);
            EXPECT_NE(run.reason.find("killed by signal 9 (SIGKILL)"), std::string::npos)
                << run.reason;
        }
    }
    EXPECT_EQ(ids.size(), all_runs);
    // A kill fails the one run that it hits, if any.
    EXPECT_LE(failed, kills);
    EXPECT_GT(kills, all_runs / runs_between_kills / 2);
    RecordProperty("kills", static_cast<int>(kills));
    RecordProperty("failed", static_cast<int>(failed));
}

}  // namespace
}  // namespace punctual::testing

int main(int argc, char** argv) {
    if (const auto code = punctual::process_worker(argc, argv)) return *code;
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
