#include "check_command.hpp"

#include <punctual/clock.hpp>
#include <punctual/errors.hpp>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "command_help.hpp"
#include "job_file.hpp"
#include "time_text.hpp"

namespace punctual::program {

namespace {

constexpr int instants_shown = 3;
constexpr Duration coming_year = std::chrono::days(365);

void print_instants(const Trigger& trigger, TimeZone zone, Instant now, std::ostream& out) {
    auto instant = trigger.next(now - 1us);
    if (!instant && !trigger.stays()) out << "    its time has passed\n";
    for (int shown = 0; instant && shown < instants_shown; ++shown) {
        const std::string reason = trigger.explain(*instant);
        out << "    " << format_for_people(*instant, zone) << (reason.empty() ? "" : "  ") << reason
            << '\n';
        instant = trigger.next(*instant);
    }
}

void print_job(const JobFile& file, const JobRequest& job, Instant now, std::ostream& out) {
    const Trigger trigger = job.trigger->resolve(now, file.timezone);
    const TimeZone zone = trigger.timezone() ? trigger.timezone() : file.timezone;
    out << '\n' << job.options.id << ": " << trigger.describe() << '\n';
    if (job.options.paused) out << "    paused\n";
    for (const FollowUp& next : job.options.then) {
        out << "    then " << next.job_id << ", on " << to_string(next.on) << '\n';
    }
    try {
        print_instants(trigger, zone, now, out);
        for (const DaylightSavingNote& note : trigger.daylight_saving(now, now + coming_year)) {
            out << "    daylight saving " << format_for_people(note.at, zone) << ": " << note.text
                << '\n';
        }
    } catch (const SearchLimitError& error) {
        out << "    " << error.what() << '\n';
    }
}

std::string count_of(std::size_t count, const std::string& noun) {
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

}  // namespace

int run_check(const std::string& path, Instant now, std::ostream& out, std::ostream& errors) {
    try {
        const JobFile file = read_job_file(path, now);
        for (const Mistake& mistake : file.mistakes)
            errors << format_mistake(file, mistake) << '\n';
        errors.flush();
        out << path << ": " << count_of(file.jobs.size(), "good job") << ", "
            << count_of(file.mistakes.size(), "mistake") << '\n';
        for (const JobRequest& job : file.jobs) print_job(file, job, now, out);
        return file.mistakes.empty() ? 0 : 2;
    } catch (const ConfigurationError& error) {
        errors << error.what() << '\n';
        return 2;
    }
}

void add_check_command(CLI::App& app, int& exit_code) {
    CLI::App* command = app.add_subcommand("check", "Show the mistakes of a job file, or its plan");
    const auto path = std::make_shared<std::string>();
    command->add_option("FILE", *path, "The job file")->required();
    command->footer(
        "For each job: its next three instants, and what daylight saving time does to it\n"
        "within a year. Each mistake is one line with file, line and key.\n\n"
        "Examples:\n"
        "  punctual check jobs.toml\n"
        "  punctual check jobs.toml && systemctl reload punctual\n\n" +
        exit_codes_help("a mistake in the file"));
    command->callback([path, &exit_code] {
        exit_code = run_check(*path, system_clock()->now(), std::cout, std::cerr);
    });
}

}  // namespace punctual::program
