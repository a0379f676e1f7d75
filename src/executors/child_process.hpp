#pragma once
// A program that was started as a process of its own.

#include "executors/file_descriptor.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace punctual::detail {

/// What to start, and where.
struct ProgramStart {
    /// The program, looked up in PATH unless it has a `/`, and its arguments.
    std::vector<std::string> words;
    /// Empty: that of this process.
    std::string working_directory = {};
    /// Added to that of this process.
    std::map<std::string, std::string> environment = {};
    /// The file of the program, where that is not the first of the words.
    std::string file = {};
    /// Where its standard output and error output go: to `output()`, or where those of this process
    /// go.
    enum class Output : std::uint8_t { captured, shared } output = Output::captured;
    /// Of this process; it gets them as its 3, 4, …
    std::vector<int> descriptors = {};
};

/// A process, as who watches it sees it.
class Child {
public:
    virtual ~Child() = default;
    /// Readable once the process has ended.
    [[nodiscard]] virtual int descriptor() const = 0;
    /// To the process and all that it started, unless that left the group.
    virtual void signal_group(int signal) const noexcept = 0;
    /// Waits for its end and forgets it. As `waitpid` has it; nothing if another part of the
    /// program has taken the status.
    [[nodiscard]] virtual std::optional<int> reap() noexcept = 0;
};

/// Leads a process group of its own, has signals as a fresh login has them, no descriptor of this
/// process but those it is given, and /dev/null to read. Killed and reaped on destruction. *Thread
/// safety*: distinct objects safe.
class ChildProcess final : public Child {
public:
    /// *Throws* ExecutorError that names the program or the directory that does not work.
    explicit ChildProcess(const ProgramStart& start);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess() override;

    [[nodiscard]] int descriptor() const override { return descriptor_.number(); }
    void signal_group(int signal) const noexcept override;
    [[nodiscard]] std::optional<int> reap() noexcept override;
    /// The reading end of its captured output, which does not block.
    [[nodiscard]] FileDescriptor& output() { return output_; }
    [[nodiscard]] const FileDescriptor& output() const { return output_; }

private:
    FileDescriptor output_;
    FileDescriptor descriptor_;
    pid_t id_ = -1;
};

/// "exit code 3", "killed by signal 9 (SIGKILL)": for a status as `reap` gives it.
[[nodiscard]] std::string describe_ending(std::optional<int> status);

}  // namespace punctual::detail
