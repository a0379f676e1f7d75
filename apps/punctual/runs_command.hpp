#pragma once
// `punctual runs`: what has happened, as a store has it on record.

#include <punctual/time.hpp>

#include <iosfwd>

#include "store_view.hpp"

namespace punctual::program {

/// Prints finished runs and instants that did not run, newest first: as a table, with times in UTC
/// unless a zone is given, or as JSON. Returns the exit code: 0, 2 for bad input, 1 for a store
/// that cannot be read; then `errors` has one line that says why.
int run_runs(const ViewOptions& options, Instant now, std::ostream& out, std::ostream& errors);

/// Adds the command to the program. When it is chosen, it runs on the standard streams and sets
/// `exit_code`, which must outlive `app`.
void add_runs_command(CLI::App& app, int& exit_code);

}  // namespace punctual::program
