#include "jobs_command.hpp"

#include <punctual/clock.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <vector>

#include "command_help.hpp"
#include "table.hpp"
#include "time_text.hpp"

namespace punctual::program {

namespace {

constexpr std::size_t page_size = 500;

/// Calls `show` for each job asked for; no more than a page of them is held at once.
template <class Show>
void for_each_job(JobStore& store, const ViewOptions& options, Show show) {
    if (!options.job.empty()) {
        const auto job = store.find(options.job);
        if (!job) {
            throw JobLookupError("no job " + Value(options.job).to_json() + " in " +
                                 store.describe());
        }
        return show(*job);
    }
    JobPage page;
    for (std::size_t left = options.limit; left > 0; left -= page.jobs.size()) {
        page = store.list(page.next, std::min(left, page_size));
        for (const JobRecord& job : page.jobs) show(job);
        if (page.next.empty()) return;
    }
}

const char* state_name(JobState state) {
    switch (state) {
        case JobState::active:
            return "active";
        case JobState::paused:
            return "paused";
        case JobState::ended:
            break;
    }
    return "ended";
}

Value time_value(Instant instant) {
    return instant == never ? Value() : Value(format_instant(instant));
}

Value job_value(const JobRecord& job) {
    const JobDefinition& definition = *job.definition;
    return Value::object({
        {"id", definition.id},
        {"name", definition.display_name()},
        {"state", state_name(job.state)},
        {"next_run_time", time_value(job.next_run_time)},
        {"due", time_value(job.due)},
        {"running", job.running},
        {"trigger", definition.trigger.to_value()},
        {"description", definition.trigger.describe()},
        {"task", definition.call.task()},
        {"arguments", definition.call.arguments()},
        {"executor", definition.settings->executor},
    });
}

std::string next_run_text(const JobRecord& job, TimeZone zone) {
    if (job.next_run_time == never) return state_name(job.state);
    const TimeZone own = job.definition->trigger.timezone();
    return format_for_people(job.next_run_time, zone ? zone : (own ? own : TimeZone::utc()));
}

Table::Row job_row(const JobRecord& job, TimeZone zone) {
    return {job.definition->id, next_run_text(job, zone),
            job.running > 0 ? std::to_string(job.running) : "", job.definition->trigger.describe()};
}

void print_json(JobStore& store, const ViewOptions& options, std::ostream& out) {
    for_each_job(store, options,
                 [&](const JobRecord& job) { out << job_value(job).to_json() << '\n'; });
}

void print_table(JobStore& store, const ViewOptions& options, std::ostream& out) {
    const TimeZone zone = options.timezone ? TimeZone(*options.timezone) : TimeZone();
    Table table({"JOB", "NEXT RUN", "RUNNING", "TRIGGER"});
    for_each_job(store, options, [&](const JobRecord& job) { table.add(job_row(job, zone)); });
    table.print(out);
}

}  // namespace

int run_jobs(const ViewOptions& options, Instant now, std::ostream& out, std::ostream& errors) {
    return report_errors("jobs", errors, [&] {
        const auto store = open_to_look(options, now);
        options.json ? print_json(*store, options, out) : print_table(*store, options, out);
        store->close();
    });
}

void add_jobs_command(CLI::App& app, int& exit_code) {
    CLI::App* command = app.add_subcommand("jobs", "Show the jobs of a store");
    const auto options = std::make_shared<ViewOptions>();
    add_view_options(*command, *options);
    command->footer(
        "In order of their next runs. It only looks: the scheduler runs on. Times are in the zone\n"
        "of each job, with --json in UTC.\n\n"
        "Examples:\n"
        "  punctual jobs\n"
        "  punctual jobs --store sqlite:////var/lib/shop/jobs.sqlite --job backup --json\n\n" +
        exit_codes_help("a malformed URL"));
    command->callback([options, &exit_code] {
        exit_code = run_jobs(*options, system_clock()->now(), std::cout, std::cerr);
    });
}

}  // namespace punctual::program
