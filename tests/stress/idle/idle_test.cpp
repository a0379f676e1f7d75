// Schedulers of all kinds that have nothing to do, for 10 s: they do nothing.

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <sstream>
#include <string>
#include <thread>

#include <sys/resource.h>

#include "stress/idle/idle_scheduler.hpp"

namespace punctual::testing {
namespace {

using std::chrono::microseconds;

constexpr auto settling = std::chrono::milliseconds(500);
constexpr auto watched = std::chrono::seconds(10);

// ThreadSanitizer has a thread that looks around ten times a second.
#if defined(__SANITIZE_THREAD__)
constexpr long most_switches = 200;
constexpr auto most_time = std::chrono::milliseconds(200);
#else
// One that looks around once a second makes as many switches alone.
constexpr long most_switches = 10;
constexpr auto most_time = std::chrono::milliseconds(5);
#endif

struct Usage {
    microseconds time;
    long switches;
};

Usage usage_of_process() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto time = [](const timeval& value) {
        return std::chrono::seconds(value.tv_sec) + microseconds(value.tv_usec);
    };
    return {.time = time(usage.ru_utime) + time(usage.ru_stime),
            .switches = usage.ru_nvcsw + usage.ru_nivcsw};
}

// How often each thread has begun to wait, by its name and number: who it was, if it was too much.
class Waits {
public:
    Waits() {
        for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
            std::string name;
            std::getline(std::ifstream(task.path() / "comm"), name);
            std::ifstream status(task.path() / "status");
            for (std::string word; status >> word;) {
                if (word != "voluntary_ctxt_switches:") continue;
                status >> counts_[name + " " + task.path().filename().string()];
            }
        }
    }
    void print_since(const Waits& earlier, std::ostream& out) const {
        for (const auto& [thread, count] : counts_) {
            const auto before = earlier.counts_.find(thread);
            const long more = count - (before == earlier.counts_.end() ? 0 : before->second);
            if (more > 0) out << "\n  " << thread << " waited " << more << " times";
        }
    }

private:
    std::map<std::string, long> counts_;
};

TEST(IdleSchedulers, UseNoProcessorTime) {
    std::deque<IdleScheduler> schedulers;
    for (const IdleKind& kind : idle_kinds()) schedulers.emplace_back(kind);
    for (IdleScheduler& each : schedulers) each.wait_until_started();
    std::this_thread::sleep_for(settling);

    const Waits waits_before;
    const Usage before = usage_of_process();
    std::this_thread::sleep_for(watched);
    const Usage after = usage_of_process();
    std::ostringstream threads;
    Waits().print_since(waits_before, threads);
    for (IdleScheduler& each : schedulers) each.shut_down();

    EXPECT_LT(after.time - before.time, most_time) << "in microseconds" << threads.str();
    EXPECT_LE(after.switches - before.switches, most_switches) << threads.str();
    RecordProperty("microseconds", std::to_string((after.time - before.time).count()));
    RecordProperty("switches", std::to_string(after.switches - before.switches));
}

}  // namespace
}  // namespace punctual::testing
