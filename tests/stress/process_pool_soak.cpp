// A pool whose workers are killed at random while runs pass: each run ends once, and none is lost.
#include <punctual/executors/executor.hpp>
#include <punctual/executors/process_pool.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <unistd.h>

namespace punctual::testing {

namespace {

constexpr std::size_t least_runs = PROCESS_POOL_SOAK_RUNS;
constexpr std::size_t batch_size = 500;
// Kills are bound to what has passed, so that they are spread over the whole length.
constexpr std::size_t runs_between_kills = 100;
constexpr int workers = 4;

// How long it goes on at least: PUNCTUAL_SOAK_SECONDS.
std::chrono::seconds length() {
    const char* text = std::getenv("PUNCTUAL_SOAK_SECONDS");
    if (text == nullptr) return std::chrono::seconds(60);
    char* end = nullptr;
    const long seconds = std::strtol(text, &end, 10);
    if (*text == 0 || *end != 0 || seconds < 0) {
        ADD_FAILURE() << "PUNCTUAL_SOAK_SECONDS is \"" << text
                      << "\": a number of seconds is needed";
    }
    return std::chrono::seconds(seconds);
}

// Long enough to be hit, and as long as it takes for that many to fill most of the length.
const auto square = task("square", [](std::int64_t number, std::int64_t pause_us) {
    for (volatile int i = 0; i < 20'000;) i = i + 1;
    ::usleep(static_cast<useconds_t>(pause_us));
    return number * number;
});
std::int64_t pause_for(std::chrono::seconds length) {
    return std::chrono::microseconds(length).count() * workers * 3 / 4 /
           static_cast<std::int64_t>(least_runs);
}

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
            tickets.push_back(
                recorder.ticket(square(static_cast<std::int64_t>(++submitted), pause)));
        }
        pool->submit(tickets);
    }
    bool kill_one() {
        const std::vector<pid_t> processes = children();
        if (processes.empty()) return false;
        return ::kill(processes[random() % processes.size()], SIGKILL) == 0;
    }

    std::mt19937 random{20250330};
    const std::chrono::steady_clock::time_point end = std::chrono::steady_clock::now() + length();
    const std::int64_t pause = pause_for(length());
    std::size_t submitted = 0;
    RunRecorder recorder;
    std::shared_ptr<Executor> pool = make_process_pool(workers, {.max_runs_per_worker = 5000});
};

TEST_F(Soak, EachRunEndsOnceHoweverManyWorkersAreKilled) {
    pool->start();
    std::size_t kills = 0;
    submit(batch_size);
    for (std::size_t passed = runs_between_kills; passed <= submitted;
         passed += runs_between_kills) {
        recorder.wait_for(passed);
        kills += kill_one() ? 1 : 0;
        const bool goes_on = submitted < least_runs || std::chrono::steady_clock::now() < end;
        if (goes_on && submitted < passed + batch_size) submit(batch_size);
    }
    recorder.wait_for(submitted);

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
    EXPECT_EQ(ids.size(), submitted);
    EXPECT_GE(ids.size(), least_runs);
    // A kill fails the one run that it hits, if any.
    EXPECT_LE(failed, kills);
    EXPECT_GT(kills, submitted / runs_between_kills / 2);
    RecordProperty("runs", static_cast<int>(submitted));
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
