// The pool's thread, with workers that the test plays.
#include "executors/worker_pool.hpp"
#include "unit/executors/fake_worker.hpp"

#include <punctual/errors.hpp>
#include <punctual/task.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace punctual::detail {
namespace {

using ::testing::HasSubstr;

const auto nothing = task("unit.worker_pool", [] {});

// What the pool starts in place of processes.
class FakeWorkers {
public:
    WorkerProcess start(const WorkerSetup& setup) {
        const std::lock_guard lock(mutex_);
        if (refuses_) throw ExecutorError("there are too many processes");
        started_.push_back(std::make_unique<FakeWorker>());
        changed_.notify_all();
        return started_.back()->process(setup);
    }
    /// Waits for the next one that the pool starts.
    [[nodiscard]] FakeWorker& next() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return started_.size() > seen_; });
        return *started_[seen_++];
    }
    [[nodiscard]] FakeWorker& next_ready() {
        FakeWorker& worker = next();
        worker.send(WorkerReady());
        return worker;
    }
    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return started_.size();
    }
    void refuse() {
        const std::lock_guard lock(mutex_);
        refuses_ = true;
    }

private:
    mutable std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::deque<std::unique_ptr<FakeWorker>> started_;
    std::size_t seen_ = 0;
    bool refuses_ = false;
};

class WorkerPoolTest : public ::testing::Test {
protected:
    void TearDown() override {
        pool->close();
        pool->drop_waiting();
        thread.join();
    }
    void make(std::size_t count) {
        pool = std::make_unique<WorkerPool>(
            count, options, [this](const WorkerSetup& setup) { return workers.start(setup); });
        thread = std::thread([this] { pool->work(); });
    }
    void submit(std::size_t runs) {
        std::vector<RunTicket> tickets = recorder.tickets(runs, nothing());
        pool->submit(tickets);
    }
    /// Takes the next order and begins it.
    [[nodiscard]] TakenOrder begin(FakeWorker& worker) {
        while (const auto order = worker.take_order()) {
            if (worker.begin(order->sequence)) return *order;
        }
        ADD_FAILURE() << "it gets no more orders";
        return {};
    }
    /// Begins the next one and ends it; its run.
    RunId do_one(FakeWorker& worker) {
        const TakenOrder order = begin(worker);
        worker.answer(order.sequence);
        EXPECT_EQ(recorder.wait_for_run(order.run_id).outcome, RunState::succeeded);
        return order.run_id;
    }

    testing::RunRecorder recorder;
    ProcessPoolOptions options;
    FakeWorkers workers;
    std::unique_ptr<WorkerPool> pool;
    std::thread thread;
};

TEST_F(WorkerPoolTest, StartsAWorkerForARun) {
    make(2);
    EXPECT_EQ(pool->room(), 2U);
    submit(1);
    FakeWorker& worker = workers.next_ready();
    EXPECT_EQ(do_one(worker), 1);
    EXPECT_EQ(workers.count(), 1U);
    // The same does what comes later.
    submit(1);
    EXPECT_EQ(do_one(worker), 2);
    EXPECT_EQ(workers.count(), 1U);
    worker.exit(0);
}

TEST_F(WorkerPoolTest, HasNoRoomWhileItsWorkersAreBusy) {
    make(1);
    submit(1);
    EXPECT_EQ(pool->room(), 0U);
    FakeWorker& worker = workers.next_ready();
    const TakenOrder order = begin(worker);
    EXPECT_EQ(pool->room(), 0U);
    worker.answer(order.sequence);
    recorder.wait_for(1);
    EXPECT_GE(pool->room(), 1U);
    worker.exit(0);
}

TEST_F(WorkerPoolTest, EachRunOfSeveralHasAWorker) {
    make(2);
    submit(2);
    FakeWorker& first = workers.next_ready();
    FakeWorker& second = workers.next_ready();
    const TakenOrder one = begin(first);
    const TakenOrder two = begin(second);
    EXPECT_NE(one.run_id, two.run_id);
    first.answer(one.sequence);
    second.answer(two.sequence);
    recorder.wait_for(2);
    first.exit(0);
    second.exit(0);
}

TEST_F(WorkerPoolTest, AnotherWorkerDoesWhatOneThatDiedHadNotBegun) {
    make(1);
    submit(1);
    FakeWorker& first = workers.next_ready();
    static_cast<void>(first.take_order());
    first.die(SIGKILL);
    FakeWorker& second = workers.next_ready();
    EXPECT_EQ(do_one(second), 1);
    second.exit(0);
}

TEST_F(WorkerPoolTest, AWorkerThatWroteRubbishIsReplaced) {
    make(1);
    submit(2);
    FakeWorker& first = workers.next_ready();
    const TakenOrder order = begin(first);
    first.write("x");
    const testing::ReportedRun failed = recorder.wait_for_run(order.run_id);
    EXPECT_EQ(failed.outcome, RunState::failed);
    EXPECT_THAT(failed.reason, HasSubstr("it wrote to the descriptors of its worker"));
    FakeWorker& second = workers.next_ready();
    EXPECT_NE(do_one(second), order.run_id);
    second.exit(0);
}

TEST_F(WorkerPoolTest, ARunFailsIfNoWorkerCanBeStarted) {
    workers.refuse();
    make(1);
    submit(1);
    EXPECT_EQ(recorder.wait_for_run(1).reason, "there are too many processes");
}

TEST_F(WorkerPoolTest, WhatWaitsIsDroppedAndWhatGoesOnEnds) {
    make(1);
    submit(2);
    FakeWorker& worker = workers.next_ready();
    const TakenOrder order = begin(worker);
    pool->close();
    pool->drop_waiting();
    const RunId other = order.run_id == 1 ? 2 : 1;
    EXPECT_EQ(recorder.wait_for_run(other).outcome, RunState::cancelled);
    worker.answer(order.sequence);
    EXPECT_EQ(recorder.wait_for_run(order.run_id).outcome, RunState::succeeded);
    // It is told that there is no more to come.
    while (worker.take_order()) continue;
    worker.exit(0);
}

}  // namespace
}  // namespace punctual::detail
