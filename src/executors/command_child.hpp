#pragma once
// A command while it runs: collects its output, ends it when its run is to stop, and says how it
// went. It never waits: whoever owns it polls for it, one child or many at once.

#include "executors/child_process.hpp"
#include "executors/command_task.hpp"
#include "executors/output_capture.hpp"

#include <punctual/executors/executor.hpp>

#include <array>
#include <span>
#include <string>

namespace punctual::detail {

/// Of the run that a command belongs to; the command finds it in its environment.
struct CommandRun {
    std::string job_id;
    RunId run_id = 0;
    Instant scheduled{};
    int attempt = 1;
};

/// *Thread safety*: distinct objects safe.
class CommandChild {
public:
    static constexpr std::size_t descriptor_count = 2;

    /// Starts it. *Throws* ExecutorError if that is not possible.
    CommandChild(const Command& command, const CommandRun& run);

    /// What to poll for.
    [[nodiscard]] std::array<pollfd, descriptor_count> descriptors() const;
    /// When to call `advance` at the latest.
    [[nodiscard]] SteadyTime deadline() const { return kill_at_; }
    /// Does what is due, given what the poll found. True once the command is over.
    [[nodiscard]] bool advance(std::span<const pollfd> polled);
    /// Asks it to end, as its run was asked to.
    void stop();

    /// How it went. Once, when it is over.
    [[nodiscard]] RunResult result();
    /// What it printed.
    [[nodiscard]] std::string output() const { return output_.text(); }

private:
    void kill();
    /// False at the end of the output, and when there is none at the moment.
    bool read_output();
    void read_rest();

    Duration kill_after_;
    OutputCapture output_;
    ChildProcess process_;
    SteadyTime kill_at_ = SteadyTime::max();
    bool stopped_ = false;
    bool killed_ = false;
    bool process_ended_ = false;
};

}  // namespace punctual::detail
