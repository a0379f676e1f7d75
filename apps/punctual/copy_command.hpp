#pragma once
// `punctual copy`: the jobs of one store into another.

#include <punctual/transfer.hpp>

#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace punctual::program {

struct CopyOptions {
    std::string from;  ///< A store's URL, which no scheduler uses meanwhile.
    std::string to;
    ExistingJobs existing = ExistingJobs::refuse;
    bool progress = false;  ///< Shows on `errors` how far it is.
};

/// Copies, and says how many jobs went over. Returns the exit code: 0, 2 for bad input, 1 for a
/// store that fails or a job that is refused; then `errors` has one line that says why.
int run_copy(const CopyOptions& options, Instant now, std::ostream& out, std::ostream& errors);

/// Adds the command to the program. When it is chosen, it runs on the standard streams and sets
/// `exit_code`, which must outlive `app`.
void add_copy_command(CLI::App& app, int& exit_code);

}  // namespace punctual::program
