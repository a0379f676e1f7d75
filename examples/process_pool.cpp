// Jobs in processes of their own: one that computes, one that crashes, and the scheduler that
// notices neither.

#include <punctual/punctual.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace punctual;

namespace {

// At namespace scope, so that the workers know them too.
const auto count_primes = task("count_primes", [](std::int64_t below) {
    std::int64_t count = 0;
    for (std::int64_t number = 2; number < below; ++number) {
        bool prime = true;
        for (std::int64_t i = 2; prime && i * i <= number; ++i) prime = number % i != 0;
        count += prime ? 1 : 0;
    }
    return count;
});
const auto call_old_library = task("call_old_library", [] { std::abort(); });

}  // namespace

int main(int argc, char** argv) {
    // The workers are this program, and do not go beyond this line.
    if (const auto code = process_worker(argc, argv)) return *code;

    BackgroundScheduler scheduler({
        .executors = {{"default", thread_pool(4)},
                      {"heavy", process_pool(2)},
                      {"fragile", process_pool(1, {.max_runs_per_worker = 100})}},
    });
    scheduler.on<JobExecuted>([](const JobExecuted& event) {
        std::printf("%s: %s\n", event.job_id.c_str(), event.result.to_json().c_str());
    });
    scheduler.on<JobError>([](const JobError& event) {
        std::printf("%s: %s\n", event.job_id.c_str(), event.reason.c_str());
    });
    scheduler.start();
    scheduler.add_job(count_primes(100'000), interval(200ms),
                      {.id = "primes", .executor = "heavy"});
    scheduler.add_job(call_old_library(), interval(300ms), {.id = "old", .executor = "fragile"});

    std::this_thread::sleep_for(1s);
    scheduler.shutdown();
}
