#pragma once
// Commands: programs and lines of shell as jobs. A call like any other: it can be stored, and runs
// on every executor; `command_executor()` needs a single thread for many of them.
//
//     scheduler.add_job(command("backup.sh | gzip > backup.gz", {.working_directory = "/srv"}),
//                       crontab("30 2 * * *"));
//     scheduler.add_job(command({"rsync", "-a", source, target}), interval(6h), {.timeout = 1h});
//
// The run succeeds if the command exits with code 0. What it prints is kept with the run. In its
// environment are PUNCTUAL_JOB_ID, PUNCTUAL_RUN_ID, PUNCTUAL_ATTEMPT and PUNCTUAL_SCHEDULED_TIME
// (the instant the trigger named, in UTC as RFC 3339). It reads nothing from its standard input.

#include <punctual/task.hpp>
#include <punctual/time.hpp>
#include <punctual/value.hpp>

#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

namespace punctual {

/// How a command is run.
struct CommandOptions {
    /// Where it starts; empty: where the scheduler's process is.
    std::string working_directory = {};
    /// Added to the environment of the scheduler's process; a name that is there already is
    /// replaced.
    std::map<std::string, std::string> environment = {};
    /// A command whose run is to stop, by the `timeout` of its job or otherwise, is asked to end
    /// with all that it started (SIGTERM), gets so long to do it, and is killed then (SIGKILL).
    Duration kill_after = std::chrono::seconds(10);
    /// So many bytes of output are kept: the first half of them and the last half, with a line
    /// between that tells how many were left out.
    std::size_t output_limit = 64 * 1024;

    friend bool operator==(const CommandOptions&, const CommandOptions&) = default;
};

/// As an object with what is not the default.
template <>
struct Codec<CommandOptions> {
    static Value encode(const CommandOptions& options);
    static CommandOptions decode(const Value& value);
};

/// A line for the shell: `/bin/sh -c shell_text`.
/// *Throws* ValueError if it is empty or an option is out of range.
[[nodiscard]] Call command(std::string shell_text, CommandOptions options = {});
/// A program, looked up in PATH unless its name has a `/`, with its arguments as they are.
/// *Throws* ValueError if there is no program or an option is out of range.
[[nodiscard]] Call command(std::vector<std::string> arguments, CommandOptions options = {});
/// The same for arguments in braces.
[[nodiscard]] Call command(std::initializer_list<std::string> arguments,
                           CommandOptions options = {});

}  // namespace punctual
