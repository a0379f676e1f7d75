#pragma once
// What a worker process may use, and what it does use.

#include "executors/file_descriptor.hpp"
#include "executors/worker_messages.hpp"

#include <cstdint>

namespace punctual::detail {

/// Of this process. *Thread safety*: none.
class WorkerLimits {
public:
    void apply(const WorkerSetup& setup);
    /// From now on counts what a run uses of the processor.
    void begin_run() const;
    /// 0 unless it was asked for.
    [[nodiscard]] std::int64_t resident_bytes() const;

private:
    Duration cpu_limit_ = unlimited;
    FileDescriptor memory_;
};

}  // namespace punctual::detail
