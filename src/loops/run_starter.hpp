#pragma once
// How a loop begins runs that go on between its turns: coroutines, fibers.

#include <punctual/executors/executor.hpp>

#include <cstddef>
#include <string>

namespace punctual::detail {

class LoopExecutor;

class RunStarter {
public:
    virtual ~RunStarter() = default;
    /// On the loop's thread. True if the run is over: `ticket` is to be reported. Otherwise
    /// `ticket` has gone into a LoopRun, which `executor` knows (`goes_on`).
    [[nodiscard]] virtual bool start(RunTicket& ticket, LoopExecutor& executor) noexcept = 0;
    /// As `Executor::refuse`.
    [[nodiscard]] virtual std::string refuse(const JobDefinition& job) const = 0;
    /// So many may go on at once.
    [[nodiscard]] virtual std::size_t most_at_once() const = 0;
};

}  // namespace punctual::detail
