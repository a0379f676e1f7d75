#pragma once
// `punctual check`: the mistakes of a job file, and what its jobs will do.

#include <punctual/time.hpp>

#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace punctual::program {

/// Prints for each good job what it is, its next three instants in its zone, and what daylight
/// saving time does to it within a year from `now`; each mistake is one line in `errors`. Returns
/// the exit code: 0, or 2 if there is a mistake.
int run_check(const std::string& path, Instant now, std::ostream& out, std::ostream& errors);

/// Adds the command to the program. When it is chosen, it runs on the standard streams and sets
/// `exit_code`, which must outlive `app`.
void add_check_command(CLI::App& app, int& exit_code);

}  // namespace punctual::program
