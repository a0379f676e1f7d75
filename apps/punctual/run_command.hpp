#pragma once
// `punctual run`: runs the jobs of a file until it is told to stop.

namespace CLI {
class App;
}

namespace punctual::program {

void add_run_command(CLI::App& app, int& exit_code);

}  // namespace punctual::program
