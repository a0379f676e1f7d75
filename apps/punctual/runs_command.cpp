#include "runs_command.hpp"

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

/// Calls `show` for each record asked for; no more than a page of them is held at once.
template <class Show>
void for_each_run(JobStore& store, const ViewOptions& options, Show show) {
    RunQuery query{.job_id = options.job};
    for (std::size_t left = options.limit; left > 0;) {
        query.limit = std::min(left, page_size);
        const std::vector<RunRecord> page = store.runs(query);
        for (const RunRecord& run : page) show(run);
        if (page.size() < query.limit) return;
        left -= page.size();
        query.before = page.back().id;
    }
}

/// True for a record of instants that never became a run.
bool did_not_run(const RunRecord& run) {
    return run.state == RunState::missed || run.state == RunState::skipped;
}

Value time_value(const std::optional<Instant>& instant) {
    return instant ? Value(format_instant(*instant)) : Value();
}

Value run_value(const RunRecord& run) {
    if (did_not_run(run)) {
        return Value::object({{"job", run.job_id},
                              {"scheduled", format_instant(run.scheduled)},
                              {"until", format_instant(run.until)},
                              {"count", run.count},
                              {"outcome", to_string(run.state)},
                              {"reason", run.reason}});
    }
    return Value::object({{"job", run.job_id},
                          {"scheduled", format_instant(run.scheduled)},
                          {"due", format_instant(run.due)},
                          {"started", time_value(run.started)},
                          {"finished", time_value(run.finished)},
                          {"outcome", to_string(run.state)},
                          {"attempt", run.attempt},
                          {"reason", run.reason},
                          {"output", run.output}});
}

std::string took_text(const RunRecord& run) {
    if (!run.started || !run.finished) return {};
    return format_rough(*run.finished - *run.started);
}

/// The parts that are not empty, with "; " between them.
std::string join_parts(std::initializer_list<std::string> parts) {
    std::string text;
    for (const std::string& part : parts) {
        if (part.empty()) continue;
        if (!text.empty()) text += "; ";
        text += part;
    }
    return text;
}

std::string detail_text(const RunRecord& run, TimeZone zone) {
    const std::string range = run.count > 1 ? std::to_string(run.count) + " times until " +
                                                  format_wall_time(run.until, zone)
                                            : "";
    const std::string attempt = run.attempt > 1 ? "attempt " + std::to_string(run.attempt) : "";
    return join_parts({range, attempt, one_line(run.reason), one_line(run.output)});
}

Table::Row run_row(const RunRecord& run, TimeZone zone) {
    return {run.job_id, format_wall_time(run.scheduled, zone), std::string(to_string(run.state)),
            took_text(run), detail_text(run, zone)};
}

void print_json(JobStore& store, const ViewOptions& options, std::ostream& out) {
    for_each_run(store, options,
                 [&](const RunRecord& run) { out << run_value(run).to_json() << '\n'; });
}

void print_table(JobStore& store, const ViewOptions& options, std::ostream& out) {
    const TimeZone zone = options.timezone ? TimeZone(*options.timezone) : TimeZone::utc();
    Table table({"JOB", "SCHEDULED (" + zone.name() + ")", "OUTCOME", "TOOK", "DETAILS"});
    for_each_run(store, options, [&](const RunRecord& run) { table.add(run_row(run, zone)); });
    table.print(out);
}

}  // namespace

int run_runs(const ViewOptions& options, Instant now, std::ostream& out, std::ostream& errors) {
    return report_errors("runs", errors, [&] {
        const auto store = open_to_look(options, now);
        options.json ? print_json(*store, options, out) : print_table(*store, options, out);
        store->close();
    });
}

void add_runs_command(CLI::App& app, int& exit_code) {
    CLI::App* command = app.add_subcommand("runs", "Show what has run, and what has not and why");
    const auto options = std::make_shared<ViewOptions>();
    add_view_options(*command, *options);
    command->footer(
        "The newest first. It only looks: the scheduler runs on. Times are in UTC unless a zone "
        "is\n"
        "given.\n\n"
        "Examples:\n"
        "  punctual runs --limit 20\n"
        "  punctual runs --job backup --timezone Europe/Berlin\n"
        "  punctual runs --store sqlite:///shop.sqlite --json\n\n" +
        exit_codes_help("a malformed URL"));
    command->callback([options, &exit_code] {
        exit_code = run_runs(*options, system_clock()->now(), std::cout, std::cerr);
    });
}

}  // namespace punctual::program
