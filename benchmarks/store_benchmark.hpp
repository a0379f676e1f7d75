#pragma once
// How every store is measured: through the whole scheduler, beside a limit, which is the bare
// client doing the same writes in the same place.
//
//     const bool is_registered = measure_store({.name = "redis", .make_place = make_redis_place});

#include <benchmark/benchmark.h>
#include <punctual/punctual.hpp>

#include <memory>
#include <string>

namespace punctual::benchmarks {

/// Jobs of an add, and of a pass of the bare client.
inline constexpr int batch_size = 500;

/// Where the jobs of one measurement are. It is empty when it is made, and what is in it goes with
/// this object.
class StorePlace {
public:
    virtual ~StorePlace() = default;
    /// For the scheduler.
    [[nodiscard]] virtual std::string url() const = 0;
    /// What has to be known of the server to read a figure right; empty: nothing.
    [[nodiscard]] virtual std::string note() const { return {}; }

    /// It would take too long with more.
    [[nodiscard]] virtual int most_jobs() const { return 1'000'000; }

    /// The limit: with the bare client what the store writes when `count` jobs are added, a
    /// multiple of `batch_size`, and when each of them is claimed, started and settled. The tables
    /// of the store are there.
    virtual void add_bare(int count) = 0;
    virtual void fire_bare(int count, bool history) = 0;
};

struct StoreKind {
    /// Benchmarks are `<name>/add…`, `<name>/fire/100000/…` and `<name>/resident/…`.
    std::string name;
    /// *Throws* std::runtime_error, which says what is missing, where it cannot be measured.
    std::unique_ptr<StorePlace> (*make_place)();
    std::string add = "add/100000";
};

/// To be called while the program starts. Returns true.
bool measure_store(StoreKind kind);

/// Makes the benchmarks of all stores: with up to so many jobs resident.
void register_store_benchmarks(int max_resident);

/// Ctrl-C ends the measurement that runs, so that what it made is taken away, and those after it.
void handle_interrupts();

/// A job of the benchmarks, as stores write it.
struct JobTexts {
    std::string task;
    std::string arguments;
    std::string trigger;
    std::string options;
};
[[nodiscard]] const JobTexts& job_texts();

/// The id of a job of the benchmarks.
[[nodiscard]] inline std::string job_id(int number) {
    return "job-" + std::to_string(number);
}

/// Calls `settle(first)` and `claim(first)` for batches of jobs: each pass settles those that the
/// one before claimed. `begin()` and `commit()` are around it.
template <class Begin, class Settle, class Claim, class Commit>
void pass_over_jobs(int count, Begin begin, Settle settle, Claim claim, Commit commit) {
    for (int first = 0; first < count + batch_size; first += batch_size) {
        begin();
        if (first >= batch_size) settle(first - batch_size);
        if (first < count) claim(first);
        commit();
    }
}

}  // namespace punctual::benchmarks
