// Kills a scheduler on a durable store again and again, at any moment, and then looks whether a run
// was lost or doubled.

#include <punctual/punctual.hpp>
#include <punctual/stores/store.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace punctual;

namespace {

constexpr int kills = 25;
constexpr int longest_life_ms = 120;

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "punctual-crash-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// The program under test, with a pipe to each of its ends.
class Victim {
public:
    Victim(const std::string& folder, const std::string& url) {
        std::array<int, 2> input{};
        std::array<int, 2> output{};
        if (pipe2(input.data(), O_CLOEXEC) != 0 || pipe2(output.data(), O_CLOEXEC) != 0)
            std::abort();
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
        std::string program = CRASH_VICTIM;
        std::string argument = folder;
        std::string store = url;
        std::array<char*, 4> arguments{program.data(), argument.data(), store.data(), nullptr};
        if (posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ) !=
            0) {
            std::abort();
        }
        posix_spawn_file_actions_destroy(&actions);
        close(input[0]);
        close(output[1]);
        input_ = input[1];
        output_ = output[0];
    }
    ~Victim() {
        close(input_);
        close(output_);
    }
    Victim(const Victim&) = delete;
    Victim& operator=(const Victim&) = delete;

    /// False if it did not get as far as adding its jobs within `milliseconds`.
    [[nodiscard]] bool running_within(int milliseconds) const {
        pollfd descriptor{.fd = output_, .events = POLLIN, .revents = 0};
        char byte = 0;
        return poll(&descriptor, 1, milliseconds) == 1 && read(output_, &byte, 1) == 1;
    }
    void kill_after(int milliseconds) {
        poll(nullptr, 0, milliseconds);
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    [[nodiscard]] int end() {
        close(input_);
        input_ = -1;
        int status = 0;
        waitpid(process_, &status, 0);
        return status;
    }

private:
    pid_t process_ = 0;
    int input_ = -1;
    int output_ = -1;
};

using Executions = std::map<std::string, std::map<Instant, int>>;

Executions read_log(const std::string& folder) {
    Executions executions;
    std::ifstream log(folder + "/log");
    for (std::string line; std::getline(log, line);) {
        std::istringstream words(line);
        std::string id;
        std::string scheduled;
        words >> id >> scheduled;
        ++executions[id][parse_instant(scheduled)];
    }
    return executions;
}

std::vector<RunRecord> read_history(const std::string& url, const std::string& id) {
    const std::shared_ptr<JobStore> store = punctual::store(url).make();
    store->open({.access = StoreAccess::inspect, .history = {}, .now = system_clock()->now()});
    std::vector<RunRecord> records = store->runs({.job_id = id, .limit = 10'000'000});
    // What waited behind another run of its group when the scheduler ended waits for the next one.
    for (const ClaimedRun& run : store->unsettled()) {
        EXPECT_FALSE(run.started);
        if (run.job->id != id) continue;
        RunRecord& record = records.emplace_back();
        record.scheduled = record.until = run.scheduled;
    }
    std::ranges::sort(records, {}, &RunRecord::scheduled);
    store->close();
    return records;
}

/// Every instant from the first on record to the last is on record once, as a run or in a range.
void expect_each_instant_on_record_once(const std::vector<RunRecord>& records, Duration step) {
    ASSERT_FALSE(records.empty());
    Instant expected = records.front().scheduled;
    for (const RunRecord& record : records) {
        ASSERT_EQ(format_instant(record.scheduled), format_instant(expected)) << record.job_id;
        ASSERT_EQ(record.until - record.scheduled, (record.count - 1) * step);
        expected = record.until + step;
    }
}

void kill_again_and_again(const TemporaryFolder& folder, const std::string& url) {
    std::mt19937 random(20250330);
    std::uniform_int_distribution<int> life(0, longest_life_ms);
    for (int i = 0; i < kills; ++i) {
        Victim victim(folder.path(), url);
        // Some are killed while they start.
        if (i % 5 != 0) {
            ASSERT_TRUE(victim.running_within(30'000));
        }
        victim.kill_after(life(random));
    }
    Victim last(folder.path(), url);
    ASSERT_TRUE(last.running_within(30'000));
    poll(nullptr, 0, longest_life_ms);
    ASSERT_EQ(last.end(), 0);
}

void expect_nothing_lost_or_doubled(const TemporaryFolder& folder, const std::string& url) {
    const Executions executions = read_log(folder.path());
    const auto once = read_history(url, "once");
    const auto again = read_history(url, "again");
    expect_each_instant_on_record_once(once, 3ms);
    expect_each_instant_on_record_once(again, 7ms);

    std::size_t lost = 0;
    for (const RunRecord& record : once) {
        const auto& log = executions.at("once");
        const int times = log.contains(record.scheduled) ? log.at(record.scheduled) : 0;
        if (record.state == RunState::succeeded) {
            EXPECT_EQ(times, 1) << format_instant(record.scheduled);
        }
        if (record.state == RunState::lost) {
            EXPECT_LE(times, 1);
        }
        if (record.state == RunState::skipped) {
            EXPECT_EQ(times, 0);
        }
        lost += record.state == RunState::lost ? 1 : 0;
    }
    // At most what the pool had taken at each kill.
    EXPECT_LE(lost, static_cast<std::size_t>(kills) * 100);
    for (const RunRecord& record : again) {
        const auto& log = executions.at("again");
        if (record.state == RunState::succeeded) {
            EXPECT_TRUE(log.contains(record.scheduled));
        }
        EXPECT_NE(record.state, RunState::lost);
    }
    for (const auto& [scheduled, times] : executions.at("once")) EXPECT_EQ(times, 1);
}

}  // namespace

TEST(Crash, LosesAndDoublesNothingHoweverOftenTheSchedulerIsKilled) {
    const TemporaryFolder folder;
    const std::string url = sqlite(folder.path() + "/jobs.sqlite").url();
    kill_again_and_again(folder, url);
    if (!HasFatalFailure()) expect_nothing_lost_or_doubled(folder, url);
}

#ifdef WITH_REDIS
TEST(Crash, LosesAndDoublesNothingOnARedisServerEither) {
    const char* server = std::getenv("PUNCTUAL_TEST_REDIS_URL");
    if (server == nullptr) GTEST_SKIP() << "there is no Redis server: run script/test-servers";
    const TemporaryFolder folder;
    const std::string url = std::string(server) + "?prefix=crash-" + std::to_string(getpid());
    kill_again_and_again(folder, url);
    if (!HasFatalFailure()) expect_nothing_lost_or_doubled(folder, url);
}
#endif
