#pragma once
// `punctual jobs`: what a store has scheduled.

#include <punctual/time.hpp>

#include <iosfwd>

#include "store_view.hpp"

namespace punctual::program {

/// Prints the jobs in order of their next runs, paused ones last: as a table, with times in the
/// zone of each trigger (or UTC), or as JSON, with times in UTC. Returns the exit code: 0, 2 for
/// bad input, 1 for a store that cannot be read or has no such job; then `errors` has one line that
/// says why.
int run_jobs(const ViewOptions& options, Instant now, std::ostream& out, std::ostream& errors);

/// Adds the command to the program. When it is chosen, it runs on the standard streams and sets
/// `exit_code`, which must outlive `app`.
void add_jobs_command(CLI::App& app, int& exit_code);

}  // namespace punctual::program
