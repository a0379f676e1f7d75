#pragma once
// Jobs in event loops: many that are due at once, through the whole scheduler; beside the bare loop
// that is asked for as many callbacks.

#include <benchmark/benchmark.h>
#include <punctual/punctual.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace loop_benchmark {

using SteadyClock = std::chrono::steady_clock;

struct AsItIs {
    template <class Job>
    Job operator()(Job job) const {
        return job;
    }
};

/// `Loop`: makes schedulers (`make_scheduler`), and runs (`run`) until `quit`. `Wrap`: makes jobs
/// of functions.
template <class Loop, class Wrap = AsItIs>
void fire(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        Loop loop;
        const auto scheduler = loop.make_scheduler();
        std::size_t runs = 0;
        SteadyClock::time_point end;
        const auto job = [&] {
            if (++runs < count) return;
            end = SteadyClock::now();
            loop.quit();
        };
        const std::vector<punctual::JobRequest> requests(count,
                                                         {punctual::Call(Wrap()(job)), {}, {}});
        scheduler->start({.paused = true});
        scheduler->add_jobs(requests);
        const auto begin = SteadyClock::now();
        scheduler->resume();
        loop.run();
        state.SetIterationTime(std::chrono::duration<double>(end - begin).count());
        if (runs != count) state.SkipWithError("runs are missing");
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
