// A scheduler in a libuv loop: short jobs on the loop's thread, one that blocks in the pool of
// threads that is there for it.

#include <punctual/punctual.hpp>
#include <punctual/schedulers/uv.hpp>

#include <cstdio>
#include <thread>

#include <uv.h>

using namespace punctual;

int main() {
    uv_loop_t* const loop = uv_default_loop();

    // A timer of the application itself.
    int heartbeats = 0;
    uv_timer_t timer;
    timer.data = &heartbeats;
    uv_timer_init(loop, &timer);
    uv_timer_start(
        &timer, [](uv_timer_t* self) { ++*static_cast<int*>(self->data); }, 100, 100);

    int ticks = 0;
    int reports = 0;
    {
        UvScheduler scheduler(loop);
        scheduler.add_job([&] { ++ticks; }, interval(200ms), {.id = "tick"});
        scheduler.add_job([] { std::this_thread::sleep_for(300ms); }, {.executor = "threads"});
        // Listeners are called on the loop's thread, wherever the job ran.
        scheduler.on<JobExecuted>([&](const JobExecuted&) { ++reports; });
        scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) {
            uv_close(reinterpret_cast<uv_handle_t*>(&timer), nullptr);
        });
        scheduler.add_job([&] { scheduler.shutdown(); }, at(system_clock()->now() + 1s));
        scheduler.start();
        uv_run(loop, UV_RUN_DEFAULT);  // returns once nothing is in the loop any more
    }
    uv_loop_close(loop);
    std::printf("%d ticks, %d heartbeats, %d reports\n", ticks, heartbeats, reports);
    return ticks > 0 && heartbeats > 0 && reports > ticks ? 0 : 1;
}
