#include "executors/command_child.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fcntl.h>

namespace punctual::detail {

namespace {

std::vector<std::string> words_of(const CommandLine& line) {
    if (line.kind == CommandLine::Kind::program) return line.words;
    return {"/bin/sh", "-c", line.words.front()};
}

ProgramStart program_start(const Command& command, const CommandRun& run) {
    ProgramStart start{.words = words_of(command.line),
                       .working_directory = command.options.working_directory,
                       .environment = command.options.environment};
    start.environment["PUNCTUAL_JOB_ID"] = run.job_id;
    start.environment["PUNCTUAL_RUN_ID"] = std::to_string(run.run_id);
    start.environment["PUNCTUAL_SCHEDULED_TIME"] = format_instant(run.scheduled);
    start.environment["PUNCTUAL_ATTEMPT"] = std::to_string(run.attempt);
    return start;
}

RunResult result_of_status(std::optional<int> status) {
    if (status == 0) return {};
    return {.outcome = RunState::failed, .reason = describe_ending(status)};
}

}  // namespace

CommandChild::CommandChild(const Command& command, const CommandRun& run)
    : kill_after_(command.options.kill_after),
      output_(command.options.output_limit),
      process_(program_start(command, run)) {}

std::array<pollfd, CommandChild::descriptor_count> CommandChild::descriptors() const {
    // poll passes over negative numbers: what has happened must not wake it again.
    const int process = process_ended_ ? -1 : process_.descriptor();
    return {pollfd{.fd = process_.output().number(), .events = POLLIN, .revents = 0},
            pollfd{.fd = process, .events = POLLIN, .revents = 0}};
}

bool CommandChild::advance(std::span<const pollfd> polled) {
    if (polled[0].revents != 0) read_output();
    if (polled[1].revents != 0) process_ended_ = true;
    if (std::chrono::steady_clock::now() >= kill_at_) kill();
    if (!process_ended_) return false;
    // What was asked to end may leave children behind that ignore it. They belong to the job as
    // long as they hold its output, and get the same time to end.
    return !stopped_ || killed_ || !process_.output().is_open();
}

void CommandChild::stop() {
    if (process_ended_ || stopped_) return;
    stopped_ = true;
    kill_at_ = from_now(kill_after_);
    process_.signal_group(SIGTERM);
}

void CommandChild::kill() {
    killed_ = true;
    kill_at_ = SteadyTime::max();
    process_.signal_group(SIGKILL);
}

bool CommandChild::read_output() {
    std::array<char, 16 * 1024> buffer;
    const ssize_t length = ::read(process_.output().number(), buffer.data(), buffer.size());
    if (length > 0) {
        output_.append({buffer.data(), static_cast<std::size_t>(length)});
        return true;
    }
    const bool again = length < 0 && (errno == EAGAIN || errno == EINTR);
    if (!again) process_.output().close();
    return false;
}

// What the process itself wrote fits the pipe. Without a limit, a grandchild that goes on writing
// would keep this going.
void CommandChild::read_rest() {
    const int capacity = ::fcntl(process_.output().number(), F_GETPIPE_SZ);
    constexpr int least = 4096;
    for (int reads = std::max(capacity, 0) / least; reads > 0 && read_output(); --reads) {
    }
}

RunResult CommandChild::result() {
    if (process_.output().is_open()) read_rest();
    const std::optional<int> status = process_.reap();
    if (!stopped_) return result_of_status(status);
    return {.outcome = RunState::cancelled,
            .reason = std::string("stopped on request ") + (killed_ ? "(SIGKILL)" : "(SIGTERM)")};
}

}  // namespace punctual::detail
