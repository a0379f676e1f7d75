#pragma once
// `punctual next`: the instants of a trigger, for people, or for machines with `--jsonl`.

#include <iosfwd>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace punctual::program {

/// What the command line asks for. One of the first three is given, or `jsonl`.
struct NextOptions {
    std::optional<std::string> crontab = {};  ///< An expression: "30 2 * * *".
    std::optional<std::string> cron = {};     ///< Fields: "day_of_week=mon-fri hour=9".
    std::optional<std::string> trigger = {};  ///< The stored form, as JSON.
    bool jsonl = false;                       ///< Requests come from the input, one a line.
    std::string timezone = "UTC";             ///< For a trigger that names none.
    std::optional<std::string> dst = {};      ///< For a trigger that names none.
    std::optional<std::string> from = {};     ///< From this time on, included; default: now.
    std::optional<std::string> after = {};    ///< After this time; instead of `from`.
    int count = 5;
};

/// Prints one line for each instant, in the trigger's zone; where the daylight saving policy moved
/// or chose it, with the reason. Returns the exit code: 0, 2 for a bad trigger or time, 1 if a
/// bounded search gave up; then `errors` has one line that says why.
int run_next(const NextOptions& options, std::istream& in, std::ostream& out, std::ostream& errors);

/// Adds the command to the program. When it is chosen, it runs on the standard streams and sets
/// `exit_code`, which must outlive `app`.
void add_next_command(CLI::App& app, int& exit_code);

}  // namespace punctual::program
