// Jobs that outlive the program. They are kept in an SQLite file by the name of their task and
// their arguments; a program that adds its jobs at every start keeps their next run times.

#include <punctual/punctual.hpp>

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>

using namespace punctual;

// A task is a named function: every process that opens the file finds it by that name.
const auto send_report = task("send_report", [](std::string to, int copies) {
    std::printf("sending %d copies of the report to %s\n", copies, to.c_str());
    return copies;  // kept with the run
});

int main() {
    BackgroundScheduler scheduler({
        .stores = {{"default", sqlite("stored_jobs.sqlite")}, {"memory", memory()}},
        .executors = {{"default", thread_pool(20)}, {"commands", command_executor(5)}},
        .job_defaults = {.coalesce = false, .max_instances = 3},
        .timezone = "UTC",
    });

    std::mutex mutex;
    std::condition_variable changed;
    int runs = 0;
    scheduler.on<JobExecuted>([&](const JobExecuted& event) {
        std::printf("%s ran for %s\n", event.job_id.c_str(),
                    format_instant(event.scheduled).c_str());
        const std::lock_guard lock(mutex);
        ++runs;
        changed.notify_all();
    });
    scheduler.start();

    Job report = scheduler.add_job(send_report("ops@example.com", 2),
                                   cron({.day_of_week = "mon-fri", .hour = 9, .minute = 30}),
                                   {.id = "report", .replace_existing = true});
    scheduler.add_job(command("date; uname -s"), interval({.hours = 2}),
                      {.id = "host", .executor = "commands", .replace_existing = true});
    scheduler.add_job([] { std::puts("a lambda: in memory only"); }, interval(30min),
                      {.store = "memory"});

    report.modify({.name = "Weekday report", .max_instances = 6});
    report.reschedule(cron({.minute = "*/5"}));
    report.pause();
    report.resume();
    report.run();  // now, besides its schedule
    scheduler.run_job("host");
    scheduler.print_jobs();

    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return runs == 2; });
    }
    for (const RunRecord& run : scheduler.get_runs({.limit = 2})) {
        std::printf("%s: %s\n%s", run.job_id.c_str(), std::string(to_string(run.state)).c_str(),
                    run.output.c_str());
    }
    scheduler.shutdown();
}
