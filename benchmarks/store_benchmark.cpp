#include "store_benchmark.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "stores/job_codec.hpp"

namespace punctual::benchmarks {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int job_count = 100'000;
constexpr int fired_a_round = 1'000;
constexpr int rounds = 15;
constexpr int resident_counts[] = {10'000, 1'000'000};

std::atomic<int> runs_counted = 0;
const auto count_run = task("punctual.store_benchmark.count",
                            [](int) { runs_counted.fetch_add(1, std::memory_order_relaxed); });

volatile std::sig_atomic_t interrupted = 0;

void stop_if_interrupted() {
    if (interrupted != 0) throw std::runtime_error("interrupted");
}

std::vector<StoreKind>& kinds() {
    static std::vector<StoreKind> all;
    return all;
}

double seconds_since(SteadyClock::time_point start) {
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// `measure(StorePlace&, jobs)` gives the seconds of one measurement, with `most` jobs if the place
/// takes as many. What it throws is what is shown.
template <class Measure>
void measure(benchmark::State& state, const StoreKind& kind, int most, Measure measure) {
    std::int64_t jobs = 0;
    for ([[maybe_unused]] auto iteration : state) {
        try {
            stop_if_interrupted();
            const std::unique_ptr<StorePlace> place = kind.make_place();
            state.SetLabel(place->note());
            const int count = std::min(most, place->most_jobs());
            state.SetIterationTime(measure(*place, count));
            jobs += count;
        } catch (const std::exception& error) {
            state.SkipWithError(error.what());
            return;
        }
    }
    state.SetItemsProcessed(jobs);
}

// --- The limit ---

void make_tables(const StorePlace& place) {
    const auto made = store(place.url()).make();
    made->open({.access = StoreAccess::schedule, .history = {}, .now = system_clock()->now()});
    made->close();
}

double limit_add(StorePlace& place, int count) {
    make_tables(place);
    const auto start = SteadyClock::now();
    place.add_bare(count);
    return seconds_since(start);
}

double limit_fire(StorePlace& place, int count, bool history) {
    make_tables(place);
    place.add_bare(count);
    const auto start = SteadyClock::now();
    place.fire_bare(count, history);
    return seconds_since(start);
}

// --- The scheduler ---

/// A scheduler on a place, with jobs that are counted.
class Measured {
public:
    Measured(const StorePlace& place, History history)
        : scheduler_({.stores = {{"default", store(place.url())}},
                      .executors = {{"default", thread_pool(2)}},
                      .history = history}) {
        scheduler_.on<JobExecuted>(
            [this](const JobExecuted&) { settled_.fetch_add(1, std::memory_order_relaxed); });
        scheduler_.start({.paused = true});
    }
    ~Measured() { scheduler_.shutdown(); }
    Measured(const Measured&) = delete;
    Measured& operator=(const Measured&) = delete;

    /// Jobs from `first` on, due at `due` and each `step` later than the one before.
    void add(int first, int count, Instant due, Duration step = std::chrono::microseconds(0)) {
        std::vector<JobRequest> requests;
        for (int i = 0; i < count; ++i) {
            requests.push_back({count_run(first + i),
                                interval(24h),
                                {.id = job_id(first + i),
                                 .next_run_time = due + i * step,
                                 .replace_existing = replaces_}});
            if (requests.size() < batch_size && i + 1 < count) continue;
            stop_if_interrupted();
            scheduler_.add_jobs(std::exchange(requests, {}));
        }
    }
    /// Jobs that are added from now on take the place of those of their ids.
    void replace() { replaces_ = true; }

    /// Runs what is due, which is `count` jobs; how many seconds it took.
    double fire(int count) {
        settled_ = 0;
        runs_counted = 0;
        const auto start = SteadyClock::now();
        scheduler_.resume();
        while (settled_.load(std::memory_order_relaxed) < count) {
            stop_if_interrupted();
            std::this_thread::sleep_for(100us);
        }
        const double seconds = seconds_since(start);
        scheduler_.pause();
        if (runs_counted != count) throw std::runtime_error("a run was lost or doubled");
        return seconds;
    }

private:
    BackgroundScheduler scheduler_;
    std::atomic<int> settled_ = 0;
    bool replaces_ = false;
};

double add(const StorePlace& place, int count) {
    Measured scheduler(place, {.runs_per_job = 0});
    const auto start = SteadyClock::now();
    scheduler.add(0, count, system_clock()->now() + 24h);
    return seconds_since(start);
}

double fire(const StorePlace& place, int count, bool history) {
    Measured scheduler(place, {.runs_per_job = history ? 1000 : 0});
    scheduler.add(0, count, system_clock()->now());
    return scheduler.fire(count);
}

// --- Growth ---

/// Adds jobs that are due in the days to come, and says how far it is: it may take minutes.
void add_residents(Measured& scheduler, const std::string& name, int count) {
    constexpr int part = 100'000;
    const Instant due = system_clock()->now() + 24h;
    for (int first = 0; first < count; first += part) {
        const int added = std::min(part, count - first);
        scheduler.add(fired_a_round + first, added, due + first * Duration(1s), 1s);
        if (count > part) {
            std::fprintf(stderr, "%s: %d of %d jobs added\n", name.c_str(), first + added, count);
        }
    }
}

/// The time that a thousand due jobs take among `count`: the median of several rounds, for a
/// checkpoint or a vacuum makes one of them slow.
double fire_among(const StorePlace& place, const std::string& name, int count) {
    Measured scheduler(place, {});
    add_residents(scheduler, name, count - fired_a_round);
    std::vector<double> seconds;
    for (int i = 0; i < rounds + 2; ++i) {
        scheduler.add(0, fired_a_round, system_clock()->now());
        scheduler.replace();
        const double round = scheduler.fire(fired_a_round);
        if (i >= 2) seconds.push_back(round);
    }
    std::ranges::nth_element(seconds, seconds.begin() + rounds / 2);
    return seconds[rounds / 2];
}

template <class Measure>
benchmark::internal::Benchmark* make_benchmark(const StoreKind& kind, const std::string& name,
                                               int most, Measure measured) {
    return benchmark::RegisterBenchmark(
               name.c_str(), [=](benchmark::State& state) { measure(state, kind, most, measured); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

void register_add_and_fire(const StoreKind& kind) {
    const std::string added = kind.name + "/" + kind.add;
    make_benchmark(kind, "limit/" + added, job_count, limit_add);
    make_benchmark(kind, added, job_count, add);
    for (const bool history : {true, false}) {
        const std::string fired =
            kind.name + "/fire/100000/" + (history ? "history" : "no_history");
        make_benchmark(kind, "limit/" + fired, job_count, [=](StorePlace& place, int count) {
            return limit_fire(place, count, history);
        });
        make_benchmark(kind, fired, job_count, [=](const StorePlace& place, int count) {
            return fire(place, count, history);
        });
    }
}

void register_resident(const StoreKind& kind, int count) {
    const std::string name = kind.name + "/resident/" + std::to_string(count);
    make_benchmark(kind, name, fired_a_round, [=](const StorePlace& place, int) {
        if (count > place.most_jobs()) throw std::runtime_error("too slow: " + place.note());
        return fire_among(place, name, count);
    })->Iterations(1);
}

}  // namespace

bool measure_store(StoreKind kind) {
    kinds().push_back(std::move(kind));
    return true;
}

void register_store_benchmarks(int max_resident) {
    std::ranges::sort(kinds(), {}, &StoreKind::name);
    for (const StoreKind& kind : kinds()) {
        register_add_and_fire(kind);
        for (const int count : resident_counts) {
            if (count <= max_resident) register_resident(kind, count);
        }
    }
}

void handle_interrupts() {
    struct sigaction action = {};
    action.sa_handler = [](int) { interrupted = 1; };
    // The second one ends the program.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

const JobTexts& job_texts() {
    static const JobTexts texts = [] {
        const Instant now = system_clock()->now();
        const auto stored =
            detail::JobCodec().encode({.id = job_id(0),
                                       .call = count_run(12345),
                                       .trigger = interval(24h).resolve(now, TimeZone::utc()),
                                       .added_at = now,
                                       .settings = std::make_shared<const JobSettings>()});
        return JobTexts{stored.task, stored.arguments, stored.trigger, stored.options};
    }();
    return texts;
}

}  // namespace punctual::benchmarks
