#pragma once
// The thread of a worker process that hears while a job runs: that the run is to stop, and that the
// pool is gone.

#include "executors/file_descriptor.hpp"
#include "tasks/run_slot.hpp"

#include <cstdint>
#include <mutex>
#include <thread>

namespace punctual::detail {

/// *Thread safety*: `begin` and `end` from one thread.
class RunWatcher {
public:
    /// `control` gives numbers of runs that are to stop, until its end, which is that of the pool;
    /// `pool` is the process to outlive in no case.
    RunWatcher(FileDescriptor control, int pool);
    RunWatcher(const RunWatcher&) = delete;
    RunWatcher& operator=(const RunWatcher&) = delete;
    ~RunWatcher();

    /// From now until `end`, `slot` is run `sequence`.
    void begin(std::uint32_t sequence, RunSlot& slot);
    void end() noexcept;

    /// Ends this process at once, with all that its jobs have started.
    [[noreturn]] static void end_process() noexcept;

private:
    void watch();
    void read_control();

    FileDescriptor control_;
    FileDescriptor pool_;
    WakeUp quit_;

    std::mutex mutex_;  // guards all below
    RunSlot* slot_ = nullptr;
    std::uint32_t sequence_ = 0;
    /// The last one that was asked to stop, perhaps before it began.
    std::uint32_t to_stop_ = 0;

    std::thread thread_;
};

}  // namespace punctual::detail
