// One configuration in its three forms: options, `configure` on a scheduler made earlier, and
// settings.

#include <punctual/punctual.hpp>

#include <cstdio>

using namespace punctual;

namespace {

void show(const char* form, Scheduler& scheduler) {
    scheduler.start();
    const Job job = scheduler.add_job([] {}, interval(1h));
    std::printf("%s: max_instances %d, coalesce %s\n", form, job.settings().max_instances,
                job.settings().coalesce ? "true" : "false");
    scheduler.shutdown();
}

}  // namespace

int main() {
    BackgroundScheduler options({
        .stores = {{"default", memory()}},
        .executors = {{"default", thread_pool(20)}},
        .job_defaults = {.coalesce = false, .max_instances = 3},
        .timezone = "Europe/Berlin",
    });
    show("options", options);

    BackgroundScheduler later;
    later.configure({
        .stores = {{"default", memory()}},
        .executors = {{"default", thread_pool(20)}},
        .job_defaults = {.coalesce = false, .max_instances = 3},
        .timezone = "Europe/Berlin",
    });
    show("configure", later);

    // As from a file of settings; `options_from_file("scheduler.toml")` reads one.
    BackgroundScheduler settings(options_from({
        {"punctual.jobstores.default.type", "memory"},
        {"punctual.executors.default.type", "threadpool"},
        {"punctual.executors.default.max_workers", "20"},
        {"punctual.job_defaults.coalesce", "false"},
        {"punctual.job_defaults.max_instances", "3"},
        {"punctual.timezone", "Europe/Berlin"},
    }));
    show("settings", settings);
}
