// The program `punctual`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <span>
#include <string>

#include "check_command.hpp"
#include "copy_command.hpp"
#include "hidden_urls.hpp"
#include "jobs_command.hpp"
#include "next_command.hpp"
#include "run_command.hpp"
#include "runs_command.hpp"

namespace {

// The parser would say of an unknown command that one is missing.
void check_command_name(const CLI::App& app, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') return;
    std::string known;
    for (const CLI::App* command : app.get_subcommands({})) {
        if (command->get_name() == argv[1]) return;
        known += (known.empty() ? "" : ", ") + command->get_name();
    }
    throw CLI::ParseError(
        fmt::format("punctual: there is no command \"{}\"; there are {}", argv[1], known),
        CLI::ExitCodes::RequiredError);
}

}  // namespace

int main(int argc, char** argv) {
    // Only C++ streams are used; shared buffers would slow `next --jsonl` down.
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    CLI::App app("Runs jobs on schedule, and shows what is scheduled and what happened.",
                 "punctual");
    app.require_subcommand(1);
    app.set_version_flag("--version", "punctual " PUNCTUAL_VERSION);
    app.footer(
        "Exit codes: 0 done, 1 a failure at run time, 2 bad input.\n\n"
        "Examples:\n"
        "  punctual check jobs.toml          the mistakes of a job file, or its plan\n"
        "  punctual run jobs.toml            run it until Ctrl-C\n"
        "  punctual runs --job backup        what happened\n"
        "  punctual next --crontab '30 2 * * 1-5' --timezone Europe/Berlin");
    const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
    app.failure_message([arguments](const CLI::App* failed, const CLI::Error& error) {
        return punctual::program::hide_urls(CLI::FailureMessage::simple(failed, error), arguments);
    });
    int exit_code = 0;
    punctual::program::add_run_command(app, exit_code);
    punctual::program::add_check_command(app, exit_code);
    punctual::program::add_jobs_command(app, exit_code);
    punctual::program::add_runs_command(app, exit_code);
    punctual::program::add_next_command(app, exit_code);
    punctual::program::add_copy_command(app, exit_code);
    try {
        check_command_name(app, argc, argv);
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // The program's own code for a wrong command line; asking for help is none.
        return app.exit(error) == 0 ? 0 : 2;
    }
    return exit_code;
}
