// Jobs in SQLite through the whole scheduler: added, and fired, which is claimed, started and
// settled on disk. The limits, the same writes with the bare client, are in sqlite_benchmark.cpp.

#include <benchmark/benchmark.h>
#include <punctual/punctual.hpp>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace punctual;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int jobs_added = 100'000;
constexpr int jobs_a_call = 500;

std::atomic<int> runs_counted = 0;
const auto count_run = task("punctual.sqlite_scheduler_benchmark.count",
                            [](int) { runs_counted.fetch_add(1, std::memory_order_relaxed); });

class TemporaryFile {
public:
    TemporaryFile() {
        std::string name = std::filesystem::temp_directory_path() / "punctual-benchmark-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) std::abort();
        folder_ = name;
    }
    ~TemporaryFile() { std::filesystem::remove_all(folder_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    [[nodiscard]] std::string path() const { return folder_ / "jobs.sqlite"; }

private:
    std::filesystem::path folder_;
};

SchedulerOptions options_for(const TemporaryFile& file, std::int64_t runs_per_job) {
    return {.stores = {{"default", sqlite(file.path())}},
            .executors = {{"default", thread_pool(2)}},
            .history = {.runs_per_job = runs_per_job}};
}

void add_jobs(Scheduler& scheduler, Instant due) {
    std::vector<JobRequest> requests;
    for (int i = 0; i < jobs_added; ++i) {
        requests.push_back({count_run(i),
                            interval(24h),
                            {.id = "job-" + std::to_string(i), .next_run_time = due}});
        if (requests.size() == jobs_a_call) scheduler.add_jobs(std::exchange(requests, {}));
    }
}

void set_time(benchmark::State& state, SteadyClock::time_point start) {
    state.SetIterationTime(std::chrono::duration<double>(SteadyClock::now() - start).count());
}

void add(benchmark::State& state) {
    for (auto _ : state) {
        const TemporaryFile file;
        BackgroundScheduler scheduler(options_for(file, 0));
        scheduler.start();
        const auto start = SteadyClock::now();
        add_jobs(scheduler, system_clock()->now() + 24h);
        set_time(state, start);
        scheduler.shutdown();
    }
    state.SetItemsProcessed(state.iterations() * jobs_added);
}
BENCHMARK(add)->Name("sqlite/add")->UseManualTime();

void fire(benchmark::State& state, std::int64_t runs_per_job) {
    for (auto _ : state) {
        const TemporaryFile file;
        BackgroundScheduler scheduler(options_for(file, runs_per_job));
        std::atomic<int> settled = 0;
        scheduler.on<JobExecuted>(
            [&](const JobExecuted&) { settled.fetch_add(1, std::memory_order_relaxed); });
        scheduler.start({.paused = true});
        add_jobs(scheduler, system_clock()->now());
        runs_counted = 0;
        const auto start = SteadyClock::now();
        scheduler.resume();
        while (settled.load(std::memory_order_relaxed) < jobs_added) {
            std::this_thread::sleep_for(1ms);
        }
        set_time(state, start);
        if (runs_counted != jobs_added) state.SkipWithError("a run was lost or doubled");
        scheduler.shutdown();
    }
    state.SetItemsProcessed(state.iterations() * jobs_added);
}
BENCHMARK_CAPTURE(fire, history, 1000)->Name("sqlite/fire/100000/history")->UseManualTime();
BENCHMARK_CAPTURE(fire, no_history, 0)->Name("sqlite/fire/100000/no_history")->UseManualTime();

}  // namespace
