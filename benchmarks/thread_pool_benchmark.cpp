// The thread pool alone: runs through tickets, and the wait from `submit` to the start of a run.
#include "slots.hpp"

#include <benchmark/benchmark.h>
#include <punctual/executors/executor.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

using namespace punctual;
using SteadyClock = std::chrono::steady_clock;

constexpr int thread_count = 2;
constexpr std::size_t batch_size = 1000;

void fire(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    std::vector<RunTicket> batch;
    batch.reserve(batch_size);
    for (auto _ : state) {
        state.PauseTiming();
        Slots slots(count, make_job([] {}));
        const auto pool = make_thread_pool(thread_count);
        pool->start();
        state.ResumeTiming();
        for (std::size_t i = 0; i < count;) {
            const std::size_t end = std::min(i + batch_size, count);
            for (; i < end; ++i) batch.emplace_back(slots.at(i));
            pool->submit(batch);
        }
        pool->shutdown(true);
        if (slots.collect() != count) state.SkipWithError("runs are missing");
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}
BENCHMARK(fire)
    ->Name("thread_pool/fire")
    ->Arg(1'000'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void fire_bare(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        state.PauseTiming();
        const std::vector<std::function<void()>> calls(count, [] {});
        state.ResumeTiming();
        std::atomic<std::size_t> cursor = 0;
        const auto pull = [&] {
            for (std::size_t i = cursor++; i < calls.size(); i = cursor++) calls[i]();
        };
        std::thread other(pull);
        pull();
        other.join();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}
BENCHMARK(fire_bare)
    ->Name("limit/thread_pool/fire")
    ->Arg(1'000'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Figures of one wait at a time; the median is what is compared.
class Waits {
public:
    void add(SteadyClock::duration wait) {
        waits_.push_back(std::chrono::duration<double, std::micro>(wait).count());
    }
    void report(benchmark::State& state) {
        std::ranges::sort(waits_);
        if (waits_.empty()) return;
        state.counters["p50_us"] = waits_[waits_.size() / 2];
        state.counters["p99_us"] = waits_[waits_.size() * 99 / 100];
    }

private:
    std::vector<double> waits_;
};

// Long enough for a thread to fall asleep.
constexpr auto pause = std::chrono::microseconds(200);

void wake(benchmark::State& state) {
    std::atomic<bool> ran = false;
    SteadyClock::time_point began;
    Slots slots(1, make_job([&] {
                    began = SteadyClock::now();
                    ran.store(true);
                    ran.notify_one();
                }));
    const auto pool = make_thread_pool(1);
    pool->start();
    Waits waits;
    std::vector<RunTicket> batch;
    for (auto _ : state) {
        std::this_thread::sleep_for(pause);
        ran.store(false);
        batch.emplace_back(slots.at(0));
        const auto submitted = SteadyClock::now();
        pool->submit(batch);
        ran.wait(false);
        state.SetIterationTime(std::chrono::duration<double>(began - submitted).count());
        waits.add(began - submitted);
        while (slots.collect() == 0) std::this_thread::yield();
    }
    waits.report(state);
    pool->shutdown(true);
}
BENCHMARK(wake)->Name("thread_pool/wake")->UseManualTime()->Unit(benchmark::kMicrosecond);

void futex_wait(std::atomic<int>& word, int value) {
    while (word.load() == value) syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr);
}

void futex_set(std::atomic<int>& word, int value) {
    word.store(value);
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1);
}

void wake_bare(benchmark::State& state) {
    enum Signal : int { none, go, end };
    std::atomic<int> signal = none;
    std::atomic<int> done = 0;
    SteadyClock::time_point began;
    std::thread other([&] {
        for (futex_wait(signal, none); signal.load() == go; futex_wait(signal, none)) {
            began = SteadyClock::now();
            signal.store(none);
            futex_set(done, 1);
        }
    });
    Waits waits;
    for (auto _ : state) {
        std::this_thread::sleep_for(pause);
        done.store(0);
        const auto submitted = SteadyClock::now();
        futex_set(signal, go);
        futex_wait(done, 0);
        state.SetIterationTime(std::chrono::duration<double>(began - submitted).count());
        waits.add(began - submitted);
    }
    waits.report(state);
    futex_set(signal, end);
    other.join();
}
BENCHMARK(wake_bare)
    ->Name("limit/thread_pool/wake")
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
