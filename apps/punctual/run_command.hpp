#pragma once
// `punctual run`: runs the jobs of a file until it is told to stop.

namespace CLI {
class App;
}

namespace punctual::program {

/// Adds the command to the program. When it is chosen, it runs on the standard streams and sets
/// `exit_code`, which must outlive `app`: 0 when it ended on request, 2 for a wrong file or option,
/// 1 for a store that fails.
void add_run_command(CLI::App& app, int& exit_code);

}  // namespace punctual::program
