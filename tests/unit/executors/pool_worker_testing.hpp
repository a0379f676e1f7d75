#pragma once
// A worker as its pool sees it, at a time that the test says.

#include "executors/pool_worker.hpp"
#include "executors/wake_on_stop.hpp"
#include "unit/executors/fake_worker.hpp"

#include <punctual/task.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace punctual::detail {

inline const auto nothing = task("unit.pool_worker", [] {});

class PoolWorkerTest : public ::testing::Test {
protected:
    void make() { worker.emplace(fake.process(), options, poll, wake_on_stop, now); }
    void make_ready() {
        make();
        fake.send(WorkerReady());
        look();
    }
    /// Gives it so many runs: 1, 2, 3, … here and there.
    void give(int runs) {
        for (; runs > 0; --runs) worker->give({.ticket = recorder.ticket(nothing())}, now, changes);
        worker->flush();
    }
    /// Does what a look at its descriptors asks for.
    void look() {
        for (const epoll_event& event : poll.wait(SteadyTime())) {
            static_cast<const PoolWorker::Source*>(event.data.ptr)->note();
        }
        worker->advance(now, changes);
        for (FinishedRun& run : changes.finished) run.ticket.complete(std::move(run.result));
        changes.finished.clear();
    }
    void begin(std::uint32_t sequence) { EXPECT_TRUE(fake.begin(sequence)) << sequence; }
    void request_stop(RunId run) {
        recorder.request_stop(run);
        worker->stop_runs(now, changes);
    }
    /// The runs that are for another worker.
    [[nodiscard]] std::vector<RunId> returned() const {
        std::vector<RunId> runs;
        for (const WaitingRun& run : changes.returned) runs.push_back(run.ticket.run_id());
        return runs;
    }
    [[nodiscard]] std::vector<RunId> succeeded() const {
        std::vector<RunId> runs;
        for (const testing::ReportedRun& run : recorder.reported()) {
            if (run.outcome == RunState::succeeded) runs.push_back(run.id);
        }
        return runs;
    }
    /// The only run that did not succeed.
    [[nodiscard]] testing::ReportedRun failure() const {
        std::vector<testing::ReportedRun> runs = recorder.reported();
        std::erase_if(runs, [](const auto& run) { return run.outcome == RunState::succeeded; });
        EXPECT_EQ(runs.size(), 1U);
        return runs.empty() ? testing::ReportedRun{} : runs.front();
    }

    testing::RunRecorder recorder;
    ProcessPoolOptions options;
    EventPoll poll;
    WakeUp wake_up;
    WakeOnStop wake_on_stop{wake_up};
    FakeWorker fake;
    WorkerChanges changes;
    std::optional<PoolWorker> worker;
    SteadyTime now = SteadyTime(std::chrono::hours(1));
};

}  // namespace punctual::detail
