// Several stores and executors in one scheduler, as users of APScheduler configure it, in all three
// forms: options in the constructor, `configure` on a scheduler made earlier, and settings. Say
// where the stores are:
//
//     several_stores mongodb://localhost sqlite:///jobs.sqlite

#include <punctual/punctual.hpp>

#include <cstdio>
#include <sstream>
#include <string>

using namespace punctual;

namespace {

const auto send_report =
    task("send_report", [](std::string to) { std::printf("a report for %s\n", to.c_str()); });
// Runs in a process of its own: the scheduler outlives whatever happens in it.
const auto render_catalogue = task("render_catalogue", [](int pages) { return pages * pages; });

SchedulerOptions make_options(const std::string& mongo_url, const std::string& sql_url) {
    return {
        .stores = {{"mongo", store(mongo_url)}, {"default", store(sql_url)}},
        .executors = {{"default", thread_pool(20)}, {"processpool", process_pool(5)}},
        .job_defaults = {.coalesce = false, .max_instances = 3},
        .timezone = "Europe/Berlin",
    };
}

SchedulerOptions read_settings(const std::string& mongo_url, const std::string& sql_url) {
    return options_from({
        {"punctual.jobstores.mongo.url", mongo_url},
        {"punctual.jobstores.default.url", sql_url},
        {"punctual.executors.default.type", "threadpool"},
        {"punctual.executors.default.max_workers", "20"},
        {"punctual.executors.processpool.type", "processpool"},
        {"punctual.executors.processpool.max_workers", "5"},
        {"punctual.job_defaults.coalesce", "false"},
        {"punctual.job_defaults.max_instances", "3"},
        {"punctual.timezone", "Europe/Berlin"},
    });
}

// A job in each store, and what becomes of them: the same in all forms, for the jobs of the first
// one are still there for the next.
std::string show(const char* form, Scheduler& scheduler) {
    scheduler.start();
    scheduler.add_job(send_report("ops@example.com"), cron({.day = "last", .hour = 9}),
                      {.id = "report", .replace_existing = true});
    scheduler.add_job(
        render_catalogue(12), crontab("30 2 1 * *"),
        {.id = "catalogue", .store = "mongo", .executor = "processpool", .replace_existing = true});
    std::ostringstream shown;
    scheduler.print_jobs(shown);
    for (const Job& job : scheduler.get_jobs()) {
        shown << job.id() << ": store " << job.store() << ", executor " << job.executor()
              << ", max_instances " << job.settings().max_instances << ", coalesce "
              << (job.settings().coalesce ? "true" : "false") << "\n";
    }
    scheduler.shutdown();
    std::printf("--- %s\n%s", form, shown.str().c_str());
    return shown.str();
}

bool are_equal(const SchedulerOptions& one, const SchedulerOptions& other) {
    return one.stores == other.stores && one.executors == other.executors &&
           one.job_defaults == other.job_defaults && one.timezone == other.timezone;
}

}  // namespace

int main(int argc, char** argv) {
    if (const auto code = process_worker(argc, argv)) return *code;  // a worker of the pool
    if (argc != 3) {
        std::fputs("several_stores: give two URLs: of a MongoDB server, and of an SQL store\n",
                   stderr);
        return 2;
    }
    const std::string mongo_url = argv[1];
    const std::string sql_url = argv[2];

    BackgroundScheduler options(make_options(mongo_url, sql_url));
    const std::string by_options = show("options", options);

    BackgroundScheduler later;
    later.configure(make_options(mongo_url, sql_url));
    const std::string by_configure = show("configure", later);

    BackgroundScheduler settings(read_settings(mongo_url, sql_url));
    const std::string by_settings = show("settings", settings);

    settings.start();
    settings.remove_all_jobs();
    settings.shutdown();

    if (by_configure != by_options || by_settings != by_options ||
        !are_equal(make_options(mongo_url, sql_url), read_settings(mongo_url, sql_url))) {
        std::fputs("the three forms do not give the same scheduler\n", stderr);
        return 1;
    }
}
