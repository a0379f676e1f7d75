#pragma once
// How a loop begins runs that go on between its turns: coroutines, fibers.

#include <punctual/coroutine.hpp>
#include <punctual/executors/executor.hpp>

#include <cstddef>

namespace punctual::detail {

class LoopExecutor;

class RunStarter {
public:
    virtual ~RunStarter() = default;
    /// On the loop's thread. True if the run is over: `ticket` is to be reported. Otherwise
    /// `ticket` has gone into a LoopRun, which `executor` knows (`goes_on`).
    [[nodiscard]] virtual bool start(RunTicket& ticket, LoopExecutor& executor) noexcept = 0;
    /// Whether it begins coroutines of this type. Functions it begins all.
    [[nodiscard]] virtual bool takes(const CoroutineType& /*type*/) const { return false; }
    /// So many may go on at once.
    [[nodiscard]] virtual std::size_t most_at_once() const = 0;
};

}  // namespace punctual::detail
