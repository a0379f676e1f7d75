#include "run_command.hpp"

#include <punctual/clock.hpp>
#include <punctual/config.hpp>
#include <punctual/errors.hpp>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "command_help.hpp"
#include "job_file.hpp"
#include "job_runner.hpp"
#include "signals.hpp"

namespace punctual::program {

namespace {

struct RunOptions {
    std::string file;
    std::string store;
    std::string log = "text";
    std::string length;
};

// On the command line, in the file, or an SQLite file beside the file.
std::string store_url(const RunOptions& options, const JobFile& file) {
    if (!options.store.empty()) return options.store;
    if (!file.store.empty()) return file.store;
    return sqlite(std::filesystem::path(file.path).replace_extension(".sqlite").string()).url();
}

// Standard output is for runs, which machines may read.
void send_library_log_to_standard_error() {
    spdlog::set_default_logger(spdlog::stderr_color_mt("program"));
    spdlog::set_pattern("%Y-%m-%d %H:%M:%S  %^%l%$  %v");
}

int run_file(const RunOptions& options) {
    std::optional<Duration> length;
    if (!options.length.empty()) length = parse_duration(options.length);
    JobFile file = read_job_file(options.file, system_clock()->now());
    for (const Mistake& mistake : file.mistakes) std::cerr << format_mistake(file, mistake) << '\n';
    if (!file.mistakes.empty()) return 2;
    const std::string url = store_url(options, file);
    block_signals();
    send_library_log_to_standard_error();
    JobRunner(std::move(file), url, options.log == "json" ? LogForm::json : LogForm::text)
        .run(length);
    return 0;
}

int run_and_report(const RunOptions& options) {
    try {
        return run_file(options);
    } catch (const ValueError& error) {
        std::cerr << "punctual run: " << error.what() << '\n';
        return 2;
    } catch (const Error& error) {
        std::cerr << "punctual run: " << error.what() << '\n';
        return 1;
    }
}

constexpr const char* explanation =
    "SIGINT (Ctrl-C) and SIGTERM let running jobs finish, a second one stops them.\n"
    "SIGHUP reads the file again; one with mistakes changes nothing.\n"
    "Jobs that left the file are removed and changed ones updated. The others go on where\n"
    "they were: what fell due while the program was down is caught up.\n\n"
    "Examples:\n"
    "  punctual run jobs.toml\n"
    "  punctual run jobs.toml --for 10s\n"
    "  punctual run jobs.toml --store sqlite:////var/lib/jobs.sqlite --log json\n\n";

}  // namespace

void add_run_command(CLI::App& app, int& exit_code) {
    CLI::App* command = app.add_subcommand("run", "Run the jobs of a file until told to stop");
    const auto options = std::make_shared<RunOptions>();
    command->add_option("FILE", options->file, "The job file, such as jobs.toml")->required();
    command->add_option("--store", options->store,
                        "The URL of the store; default: jobs.sqlite beside jobs.toml");
    command->add_option("--log", options->log, "A line for each run as text, or as JSON")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->add_option("--for", options->length,
                        "End by itself after so long, such as 10s or 5min");
    command->footer(explanation + exit_codes_help("a mistake in the file"));
    command->callback([options, &exit_code] { exit_code = run_and_report(*options); });
}

}  // namespace punctual::program
