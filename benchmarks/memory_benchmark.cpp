// Jobs in memory, through the whole scheduler: adding, removing, firing, and what a resident job
// takes. The limits do the bare work with the same data structures a scheduler cannot do without: a
// map from ids, a heap of instants, a queue to two threads.

#include <benchmark/benchmark.h>

#include <punctual/punctual.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <malloc.h>
#include <sys/prctl.h>

namespace {

using namespace punctual;
using SteadyClock = std::chrono::steady_clock;

std::atomic<std::int64_t> runs_counted = 0;

void count_run() {
    runs_counted.fetch_add(1, std::memory_order_relaxed);
}

Instant wall_now() {
    return system_clock()->now();
}

Instant far_away() {
    return wall_now() + 24h;
}

std::string id_of(std::int64_t i) {
    return "job-" + std::to_string(i);
}

double seconds_since(SteadyClock::time_point begin) {
    return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

void fill(Scheduler& scheduler, std::int64_t count) {
    const Instant start = far_away();
    for (std::int64_t i = 0; i < count; ++i) {
        scheduler.add_job([] { count_run(); }, at(start + std::chrono::milliseconds(i % 1000)),
                          {.id = id_of(i)});
    }
}

// --- The bare work ---

struct BareJob {
    std::int64_t due;
    std::function<void()> call;
};

struct BareItem {
    std::int64_t due;
    BareJob* job;
    bool operator<(const BareItem& other) const { return due > other.due; }
};

struct BareScheduler {
    std::mutex mutex;
    std::unordered_map<std::string, std::unique_ptr<BareJob>> jobs;
    std::priority_queue<BareItem> heap;

    void add(std::string id, std::int64_t due) {
        const std::lock_guard lock(mutex);
        auto job = std::make_unique<BareJob>(BareJob{due, [] { count_run(); }});
        heap.push({due, job.get()});
        jobs.emplace(std::move(id), std::move(job));
    }
    void fill(std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) add(id_of(i), 1'000'000 + i % 1000);
    }
};

// Hands over in chunks, as any scheduler would, to two threads that pull from one queue.
class BareQueue {
public:
    BareQueue() {
        for (auto& thread : threads_) thread = std::thread([this] { work(); });
    }
    ~BareQueue() {
        {
            const std::lock_guard lock(mutex_);
            stop_ = true;
        }
        changed_.notify_all();
        for (auto& thread : threads_) thread.join();
    }
    void push(std::vector<BareJob*> chunk) {
        {
            const std::lock_guard lock(mutex_);
            chunks_.push_back(std::move(chunk));
        }
        changed_.notify_one();
    }

private:
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return stop_ || !chunks_.empty(); });
            if (chunks_.empty()) return;
            const std::vector<BareJob*> chunk = std::move(chunks_.front());
            chunks_.pop_front();
            lock.unlock();
            for (BareJob* job : chunk) job->call();
            lock.lock();
        }
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::vector<BareJob*>> chunks_;
    bool stop_ = false;
    std::thread threads_[2];
};

// --- Adding and removing ---

void add(benchmark::State& state) {
    for (auto _ : state) {
        BackgroundScheduler scheduler;
        scheduler.start();
        const auto begin = SteadyClock::now();
        fill(scheduler, state.range(0));
        state.SetIterationTime(seconds_since(begin));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(add)->Name("memory/add")->Arg(1000)->Arg(100'000)->Arg(1'000'000)->UseManualTime();

void limit_add(benchmark::State& state) {
    for (auto _ : state) {
        BareScheduler scheduler;
        const auto begin = SteadyClock::now();
        scheduler.fill(state.range(0));
        state.SetIterationTime(seconds_since(begin));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(limit_add)
    ->Name("limit/memory/add")
    ->Arg(1000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->UseManualTime();

void remove(benchmark::State& state) {
    for (auto _ : state) {
        BackgroundScheduler scheduler;
        scheduler.start();
        fill(scheduler, state.range(0));
        const auto begin = SteadyClock::now();
        for (std::int64_t i = 0; i < state.range(0); ++i) scheduler.remove_job(id_of(i));
        state.SetIterationTime(seconds_since(begin));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(remove)->Name("memory/remove")->Arg(100'000)->UseManualTime();

// A bare heap cannot forget an item from its middle: like Punctual's it would leave it there.
void limit_remove(benchmark::State& state) {
    for (auto _ : state) {
        BareScheduler scheduler;
        scheduler.fill(state.range(0));
        const auto begin = SteadyClock::now();
        for (std::int64_t i = 0; i < state.range(0); ++i) {
            const std::lock_guard lock(scheduler.mutex);
            scheduler.jobs.erase(id_of(i));
        }
        state.SetIterationTime(seconds_since(begin));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(limit_remove)->Name("limit/memory/remove")->Arg(100'000)->UseManualTime();

// --- Firing ---

// No-op jobs that are all due when the scheduler resumes, counted inside the job; a listener hears
// of each run, as a service that keeps statistics would.
void fire(benchmark::State& state) {
    const std::int64_t count = state.range(0);
    for (auto _ : state) {
        BackgroundScheduler scheduler({.executors = {{"default", thread_pool(2)}}});
        std::atomic<std::int64_t> heard = 0;
        scheduler.on<JobExecuted>(
            [&](const JobExecuted&) { heard.fetch_add(1, std::memory_order_relaxed); });
        scheduler.start({.paused = true});
        const Instant due = wall_now() + 1ms;
        for (std::int64_t i = 0; i < count; ++i) {
            scheduler.add_job([] { count_run(); }, {.id = id_of(i), .next_run_time = due});
        }
        while (wall_now() <= due) std::this_thread::yield();
        runs_counted = 0;
        const auto begin = SteadyClock::now();
        scheduler.resume();
        while (heard.load(std::memory_order_relaxed) < count) std::this_thread::sleep_for(100us);
        state.SetIterationTime(seconds_since(begin));
        if (runs_counted != count) state.SkipWithError("a run was lost or doubled");
        scheduler.shutdown();
    }
    state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(fire)->Name("memory/fire")->Arg(5000)->Arg(1'000'000)->UseManualTime();

void limit_fire(benchmark::State& state) {
    const std::int64_t count = state.range(0);
    for (auto _ : state) {
        BareScheduler scheduler;
        scheduler.fill(count);
        BareQueue queue;
        runs_counted = 0;
        const auto begin = SteadyClock::now();
        std::vector<BareJob*> chunk;
        while (!scheduler.heap.empty()) {
            chunk.push_back(scheduler.heap.top().job);
            scheduler.heap.pop();
            if (chunk.size() == 1000 || scheduler.heap.empty())
                queue.push(std::exchange(chunk, {}));
        }
        while (runs_counted < count) std::this_thread::yield();
        state.SetIterationTime(seconds_since(begin));
    }
    state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(limit_fire)->Name("limit/memory/fire")->Arg(5000)->Arg(1'000'000)->UseManualTime();

// --- Memory ---

double allocated_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks) + static_cast<double>(info.hblkhd);
}

void report_bytes(benchmark::State& state, double before) {
    state.counters["bytes"] = (allocated_bytes() - before) / static_cast<double>(state.range(0));
}

// Each job has an id that was made up and a trigger of its own.
void bytes_per_job(benchmark::State& state) {
    for (auto _ : state) {
        BackgroundScheduler scheduler;
        scheduler.start();
        const double before = allocated_bytes();
        for (std::int64_t i = 0; i < state.range(0); ++i) {
            scheduler.add_job([] { count_run(); }, interval(24h));
        }
        report_bytes(state, before);
    }
}
BENCHMARK(bytes_per_job)->Name("memory/bytes_per_job")->Arg(1'000'000)->Iterations(1);

void limit_bytes_per_job(benchmark::State& state) {
    for (auto _ : state) {
        const double before = allocated_bytes();
        BareScheduler scheduler;
        scheduler.fill(state.range(0));
        report_bytes(state, before);
    }
}
BENCHMARK(limit_bytes_per_job)->Name("limit/memory/bytes_per_job")->Arg(1'000'000)->Iterations(1);

// --- Lateness ---

void report_lateness(benchmark::State& state, std::vector<double>& microseconds) {
    std::ranges::sort(microseconds);
    state.counters["p50_us"] = microseconds[microseconds.size() / 2];
    state.counters["p99_us"] = microseconds[microseconds.size() * 99 / 100];
}

double late_us(Instant due) {
    const auto now = std::chrono::system_clock::now();
    return std::chrono::duration<double, std::micro>(now - due).count();
}

// So many jobs spread over one second; how late each begins.
void lateness(benchmark::State& state) {
    const std::int64_t count = state.range(0);
    for (auto _ : state) {
        std::vector<double> late(static_cast<std::size_t>(count));
        BackgroundScheduler scheduler({.executors = {{"default", thread_pool(2)}}});
        scheduler.start();
        const Instant start = wall_now() + 200ms;
        runs_counted = 0;
        for (std::int64_t i = 0; i < count; ++i) {
            const Instant due = start + std::chrono::microseconds(i * 1'000'000 / count);
            scheduler.add_job(
                [&late, due, i] {
                    late[static_cast<std::size_t>(i)] = late_us(due);
                    count_run();
                },
                at(due));
        }
        while (runs_counted < count) std::this_thread::sleep_for(10ms);
        scheduler.shutdown();
        report_lateness(state, late);
    }
}
BENCHMARK(lateness)
    ->Name("memory/lateness")
    ->Arg(2000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

void limit_lateness(benchmark::State& state) {
    const std::int64_t count = state.range(0);
    // Wake-ups as exact as those of the scheduler's thread.
    prctl(PR_SET_TIMERSLACK, 1UL);
    for (auto _ : state) {
        std::vector<double> late;
        std::mutex mutex;
        std::condition_variable never_notified;
        std::unique_lock lock(mutex);
        const Instant start = wall_now() + 200ms;
        for (std::int64_t i = 0; i < count; ++i) {
            const Instant due = start + std::chrono::microseconds(i * 1'000'000 / count);
            while (wall_now() < due) never_notified.wait_until(lock, due);
            late.push_back(late_us(due));
        }
        report_lateness(state, late);
    }
    prctl(PR_SET_TIMERSLACK, 0UL);  // the default
}
BENCHMARK(limit_lateness)
    ->Name("limit/memory/lateness")
    ->Arg(2000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
