#pragma once
// Runs in event loops: handed over to the loop and reported back, beside the bare loop that is
// asked for as many callbacks (`X/fire`); and jobs that are due at once, through a whole scheduler
// in the loop (`X/scheduler`), which has no limit of its own.

#include <benchmark/benchmark.h>
#include <punctual/punctual.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "loops/standalone_executor.hpp"
#include "slots.hpp"

namespace loop_benchmark {

using SteadyClock = std::chrono::steady_clock;

struct AsItIs {
    template <class Job>
    Job operator()(Job job) const {
        return job;
    }
};

/// How a job ends its loop with the last of `count` runs.
template <class Loop>
class Countdown {
public:
    Countdown(Loop& loop, std::size_t count) : loop_(loop), count_(count) {}
    void run() {
        if (++runs_ < count_) return;
        end_ = SteadyClock::now();
        loop_.quit();
    }
    void report(benchmark::State& state, SteadyClock::time_point begin) const {
        state.SetIterationTime(std::chrono::duration<double>(end_ - begin).count());
        if (runs_ != count_) state.SkipWithError("runs are missing");
    }

private:
    Loop& loop_;
    const std::size_t count_;
    std::size_t runs_ = 0;
    SteadyClock::time_point end_;
};

constexpr std::size_t batch_size = 1000;

/// `Loop`: makes executors (`make_executor`), and runs (`run`) until `quit`. `Wrap`: makes jobs of
/// functions.
template <class Loop, class Wrap = AsItIs>
void fire(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    std::vector<punctual::RunTicket> batch;
    batch.reserve(batch_size);
    for (auto _ : state) {
        Loop loop;
        Countdown countdown(loop, count);
        Slots tickets(count, make_job(Wrap()([&] { countdown.run(); })));
        const std::unique_ptr<punctual::Executor> executor = loop.make_executor();
        executor->start();
        const auto begin = SteadyClock::now();
        for (std::size_t i = 0; i < count;) {
            const std::size_t end = std::min(i + batch_size, count);
            for (; i < end; ++i) batch.emplace_back(tickets.at(i));
            executor->submit(batch);
        }
        loop.run();
        countdown.report(state, begin);
        executor->shutdown(true);
        if (tickets.collect() != count) state.SkipWithError("reports are missing");
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}

/// `Loop`: makes schedulers (`make_scheduler`), and runs as above.
template <class Loop, class Wrap = AsItIs>
void fire_whole(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        Loop loop;
        const auto scheduler = loop.make_scheduler();
        Countdown countdown(loop, count);
        const punctual::Call call(Wrap()([&] { countdown.run(); }));
        const std::vector<punctual::JobRequest> requests(count, {call, {}, {}});
        scheduler->start({.paused = true});
        scheduler->add_jobs(requests);
        const auto begin = SteadyClock::now();
        scheduler->resume();
        loop.run();
        countdown.report(state, begin);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}

/// `Loop`: takes callbacks (`post`), and runs as above.
template <class Loop>
void fire_bare(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    struct Work {
        Loop loop;
        std::size_t count = 0;
        std::size_t runs = 0;
    };
    for (auto _ : state) {
        Work work{.loop = {}, .count = count};
        const auto call = [](void* data) {
            auto& done = *static_cast<Work*>(data);
            if (++done.runs == done.count) done.loop.quit();
        };
        const auto begin = SteadyClock::now();
        for (std::size_t i = 0; i < count; ++i) work.loop.post(call, &work);
        work.loop.run();
        const std::chrono::duration<double> took = SteadyClock::now() - begin;
        state.SetIterationTime(took.count());
        if (work.runs != count) state.SkipWithError("runs are missing");
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}

}  // namespace loop_benchmark
