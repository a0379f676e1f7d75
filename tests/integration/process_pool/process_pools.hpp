#pragma once
// A pool of processes with an engine's side, and the tasks that the tests give it.

#include <punctual/executors/executor.hpp>
#include <punctual/task.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace punctual::testing {

class ProcessPool : public ::testing::Test {
protected:
    void TearDown() override {
        if (pool != nullptr) pool->shutdown(true);
    }
    void make(int workers, const ProcessPoolOptions& options = {}) {
        pool = make_process_pool(workers, options);
        pool->start();
    }
    RunId submit(Call call, const RunSetup& setup = {}) {
        std::vector<RunTicket> tickets;
        tickets.push_back(recorder.ticket(std::move(call), setup));
        pool->submit(tickets);
        return ++runs_;
    }
    /// Submits it, and waits for how it went.
    ReportedRun run(Call call, const RunSetup& setup = {}) {
        return recorder.wait_for_run(submit(std::move(call), setup));
    }
    /// The process of a worker.
    std::int64_t worker();

    RunRecorder recorder;
    std::shared_ptr<Executor> pool;

private:
    RunId runs_ = 0;
};

/// The process that it runs in.
extern const Task<std::int64_t()> process_id;
/// Writes a line to a fifo, so that the test knows that the run has begun.
void tell(const std::string& fifo);
/// Waits until that process, or any child of this one, is gone.
void wait_for_end_of(std::int64_t process);

inline std::int64_t ProcessPool::worker() {
    return run(process_id()).result.as_integer();
}

}  // namespace punctual::testing
