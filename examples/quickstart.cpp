// The shortest way to see a scheduler work: two jobs in memory for three seconds.

#include <punctual/punctual.hpp>

#include <cstdio>
#include <thread>

using namespace punctual;

int main() {
    BackgroundScheduler scheduler;
    scheduler.start();

    scheduler.add_job([] { std::puts("tick"); }, interval(1s));
    scheduler.add_job([] { std::puts("every other second, on the second"); },
                      crontab("*/2 * * * * *"), {.id = "even"});
    scheduler.print_jobs();

    std::this_thread::sleep_for(3s);
    scheduler.shutdown();  // waits for running jobs
}
