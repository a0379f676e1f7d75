// A job that takes long, stops when it is asked to, and leaves word of how far it came; and a
// program that is nothing but its scheduler.

#include <punctual/punctual.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>

using namespace punctual;

int main() {
    BlockingScheduler scheduler;
    scheduler.on<JobCancelled>([](const JobCancelled& event) {
        std::printf("%s: %s; %s\n", event.job_id.c_str(), event.reason.c_str(),
                    event.output.c_str());
    });
    scheduler.on<JobError>([](const JobError& event) {
        std::printf("%s failed: %s\n", event.job_id.c_str(), event.reason.c_str());
    });

    scheduler.scheduled_job(interval(100ms), {.id = "copy"})([](RunContext& run) {
        for (int part = 1; part <= 1000; ++part) {
            if (run.stop_requested()) {
                run.set_output("copied " + std::to_string(part) + " of 1000 parts");
                throw RunCancelled();
            }
            std::this_thread::sleep_for(10ms);
        }
    });
    scheduler.add_job([] { throw std::runtime_error("the disk is on fire"); }, {.id = "broken"});
    scheduler.add_job([&] { scheduler.shutdown({.wait = false}); },
                      at(system_clock()->now() + 500ms), {.id = "enough"});

    scheduler.start();  // returns after shutdown
}
