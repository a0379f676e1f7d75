#pragma once
// A worker as the pool holds it: its process, and the ways to it. Nothing here waits.

#include "executors/child_process.hpp"
#include "executors/shared_page.hpp"
#include "executors/worker_messages.hpp"

#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace punctual::detail {

/// What a worker finds in its process.
struct WorkerStart {
    /// The first argument, by which it knows what it is. The process of its pool is the second.
    static constexpr std::string_view argument = "--punctual-worker";
    // Its descriptors. Two ways, so that a busy worker need not read orders to hear that it is to
    // stop.
    static constexpr int messages = 3;
    static constexpr int control = 4;
    static constexpr int page = 5;
};

/// The ways between a pool and a worker.
struct WorkerWays {
    struct Way {
        FileDescriptor pools;  ///< Its end; it does not block.
        FileDescriptor workers;
    };
    Way messages;
    Way control;
    SharedPage page;

    /// *Throws* ExecutorError if the system has no descriptor or memory left.
    [[nodiscard]] static WorkerWays make();
};

/// *Thread safety*: distinct objects safe. *Lifetime*: the process is killed with it.
class WorkerProcess {
public:
    /// Starts this program anew. *Throws* ExecutorError if that is not possible.
    [[nodiscard]] static WorkerProcess start(const WorkerSetup& setup);
    /// `process` has the worker's ends of `ways`.
    WorkerProcess(std::unique_ptr<Child> process, WorkerWays ways, const WorkerSetup& setup);

    /// Readable when it has answered or ended.
    [[nodiscard]] int messages() const { return messages_.number(); }
    /// Readable once the process has ended.
    [[nodiscard]] int process() const { return process_->descriptor(); }

    /// To be sent by `flush`.
    void write(const RunOrder& order) { append_message(outgoing_, order); }
    /// Sends what it can. False if something is left, for want of space.
    bool flush() noexcept;
    enum class Reading : std::uint8_t { part, all, end };
    /// Reads what is there: a part of it, or all; or comes to its end.
    Reading read() noexcept;
    /// Of what was read. As `MessageReader::next`.
    [[nodiscard]] std::optional<WorkerMessage> next() { return reader_.next(); }

    [[nodiscard]] RunMarks marks() const { return page_.marks(); }
    /// Asks the run to stop, now or as soon as it begins.
    void ask_to_stop(std::uint32_t sequence) noexcept;
    /// No more orders: it ends once it has done those that it has.
    void finish() noexcept;
    /// With all that it started.
    void kill() noexcept { process_->signal_group(SIGKILL); }
    /// Once the process has ended.
    [[nodiscard]] std::optional<int> reap() noexcept { return process_->reap(); }

private:
    std::unique_ptr<Child> process_;
    FileDescriptor messages_;
    FileDescriptor control_;
    SharedPage page_;
    std::string outgoing_;
    MessageReader reader_;
};

}  // namespace punctual::detail
