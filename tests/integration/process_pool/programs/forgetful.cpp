// A program with pools of processes that does not say so at the beginning of `main`. With an
// argument, it says so too late: its workers do something else first, for ever.

#include <punctual/executors/process_pool.hpp>
#include <punctual/punctual.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>

using namespace punctual;

namespace {

const auto nothing = task("nothing", [] {});

void start_without_the_call() {
    try {
        BackgroundScheduler scheduler({.executors = {{"default", process_pool(2)}}});
        scheduler.start();
    } catch (const ExecutorError& error) {
        std::puts(error.what());
    }
}

// The parent makes the call and its workers do not get to it.
void start_with_a_late_call(int argc, char** argv) {
    if (process_worker(argc, argv)) return;
    testing::RunRecorder recorder;
    const auto pool = make_process_pool(2, {.start_timeout = std::chrono::milliseconds(200)});
    pool->start();
    auto tickets = recorder.tickets(1, nothing());
    pool->submit(tickets);
    std::puts(recorder.wait_for_run(1).reason.c_str());
    pool->shutdown(true);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view how = argc > 1 ? argv[1] : "";
    if (how == "--punctual-worker") {
        if (std::getenv("FORGETFUL_HANGS") == nullptr) return 3;
        while (true) std::this_thread::sleep_for(std::chrono::hours(1));
    }
    if (how == "late") {
        start_with_a_late_call(argc, argv);
    } else {
        start_without_the_call();
    }
}
