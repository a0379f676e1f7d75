// A scheduler in a libevent loop: jobs and listeners run on the loop's thread, between its other
// events, so they share data with them without a lock.

#include <punctual/punctual.hpp>
#include <punctual/schedulers/libevent.hpp>

#include <cstdio>
#include <memory>

#include <event2/event.h>

using namespace punctual;

namespace {

using Base = std::unique_ptr<event_base, decltype(&event_base_free)>;

struct Statistics {
    int ticks = 0;
    int heartbeats = 0;
};

// An event of the application itself.
void on_heartbeat(evutil_socket_t, short, void* data) {
    ++static_cast<Statistics*>(data)->heartbeats;
}

}  // namespace

int main() {
    const Base base(event_base_new(), event_base_free);
    Statistics statistics;
    event* const heartbeat = event_new(base.get(), -1, EV_PERSIST, on_heartbeat, &statistics);
    const timeval each{.tv_sec = 0, .tv_usec = 100'000};
    event_add(heartbeat, &each);

    // Work that would hold up the loop says that it runs elsewhere.
    LibeventScheduler scheduler(base.get(), {.executors = {{"pool", thread_pool(2)}}});
    scheduler.on<JobExecuted>(
        [](const JobExecuted& event) { std::printf("%s is done\n", event.job_id.c_str()); });
    scheduler.add_job([&] { ++statistics.ticks; }, interval(200ms), {.id = "tick"});
    scheduler.add_job([] { return 6 * 7; }, {.id = "computation", .executor = "pool"});
    scheduler.add_job(
        [&] {
            scheduler.shutdown();  // does not wait inside a job
            event_del(heartbeat);
        },
        at(system_clock()->now() + 1s), {.id = "last"});
    scheduler.start();

    event_base_dispatch(base.get());  // returns when nothing is left to wait for
    event_free(heartbeat);
    std::printf("%d ticks, %d heartbeats\n", statistics.ticks, statistics.heartbeats);
    return statistics.ticks > 0 && statistics.heartbeats > 0 ? 0 : 1;
}
