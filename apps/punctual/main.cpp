// The program `punctual`.

#include <CLI/CLI.hpp>
#include <iostream>

#include "check_command.hpp"
#include "next_command.hpp"

int main(int argc, char** argv) {
    // Only C++ streams are used; shared buffers would slow `next --jsonl` down.
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    CLI::App app("Runs and inspects scheduled jobs", "punctual");
    app.require_subcommand(1);
    int exit_code = 0;
    punctual::program::add_check_command(app, exit_code);
    punctual::program::add_next_command(app, exit_code);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // The program's own code for a wrong command line; asking for help is none.
        return app.exit(error) == 0 ? 0 : 2;
    }
    return exit_code;
}
