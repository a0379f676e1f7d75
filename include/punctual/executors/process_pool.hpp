#pragma once
// A pool of processes: for jobs that compute, leak or crash. What one of them does to its process,
// it does to its own run alone. `main` begins with one call:
//
//     const auto render = task("render", [](std::string scene) { … });
//
//     int main(int argc, char** argv) {
//         if (const auto code = process_worker(argc, argv)) return *code;
//         BackgroundScheduler scheduler({.executors = {{"default", process_pool(5)}}});
//         scheduler.start();
//         scheduler.add_job(render("shore"), interval(1h));
//         …
//     }
//
// A worker is this program started anew. It knows the tasks that are registered when `main` begins,
// and nothing else of this process: no variable, no thread, no open file.

#include <punctual/time.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace punctual {

/// How the workers of a pool of processes are kept.
struct ProcessPoolOptions {
    /// A worker that did so many runs ends, and another one takes its place; 0: without end.
    std::int64_t max_runs_per_worker = 0;
    /// A worker that has more resident bytes than this after a run ends likewise; 0: without end.
    std::int64_t max_memory = 0;
    /// The address space of a worker, in bytes: an allocation beyond it fails (`std::bad_alloc`).
    /// 0: as the system has it. A program under AddressSanitizer or ThreadSanitizer, which reserve
    /// terabytes of it, cannot live with such a limit.
    std::int64_t memory_limit = 0;
    /// What a run may use of the processor, in whole seconds, rounded up. What goes on is killed
    /// (SIGXCPU).
    Duration cpu_limit = unlimited;
    /// A run that was asked to stop gets so long to do it before its worker is killed (SIGKILL).
    Duration kill_after = std::chrono::seconds(10);
    /// A new worker gets so long from its start to `process_worker`.
    Duration start_timeout = std::chrono::seconds(30);

    friend bool operator==(const ProcessPoolOptions&, const ProcessPoolOptions&) = default;
};

/// Makes this program fit to be a worker of its own `process_pool`: call it first of all in `main`,
/// before threads are started and files are opened. In a worker it does runs until the pool has
/// enough of them, and returns the code to return from `main`. Everywhere else it returns nothing,
/// at once.
[[nodiscard]] std::optional<int> process_worker(int argc, const char* const* argv);

/// How many processors this process may use: the usual size of a pool of processes. At least 1.
[[nodiscard]] int processor_count();

}  // namespace punctual
