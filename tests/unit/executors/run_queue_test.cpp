#include "executors/run_queue.hpp"

#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

namespace punctual::detail {
namespace {

class RunQueueTest : public ::testing::Test {
protected:
    void push(std::size_t runs) {
        std::vector<RunTicket> tickets = recorder.tickets(runs, Call([] {}));
        queue.push(tickets);
        EXPECT_TRUE(tickets.empty());
    }
    void take(RunBatch& batch, std::size_t runs) {
        for (; runs > 0; --runs) batch.take()->execute();
    }

    testing::RunRecorder recorder;
    RunQueue queue;
};

TEST_F(RunQueueTest, IsEmptyAtFirst) {
    EXPECT_EQ(queue.join(), nullptr);
    EXPECT_EQ(queue.waiting(), 0U);
}

TEST_F(RunQueueTest, CountsWhatNobodyHasTaken) {
    push(3);
    push(2);
    EXPECT_EQ(queue.waiting(), 5U);
    RunBatch* batch = queue.join();
    take(*batch, 2);
    EXPECT_EQ(queue.waiting(), 3U);
    take(*batch, 1);
    EXPECT_EQ(queue.waiting(), 2U);
    queue.leave(*batch);
    EXPECT_EQ(queue.waiting(), 2U);
}

TEST_F(RunQueueTest, GivesRunsInOrderOfSubmission) {
    push(2);
    push(2);
    while (RunBatch* batch = queue.join()) {
        while (RunTicket* ticket = batch->take()) ticket->execute();
        queue.leave(*batch);
    }
    std::vector<RunId> ids;
    for (const auto& run : recorder.reported()) ids.push_back(run.id);
    EXPECT_EQ(ids, (std::vector<RunId>{1, 2, 3, 4}));
}

TEST_F(RunQueueTest, SeveralShareOneBatch) {
    push(2);
    RunBatch* first = queue.join();
    RunBatch* second = queue.join();
    EXPECT_EQ(first, second);
    first->take()->execute();
    second->take()->execute();
    EXPECT_EQ(first->take(), nullptr);
    queue.leave(*first);
    queue.leave(*second);
}

TEST_F(RunQueueTest, ALongRunHoldsUpNothingBehindIt) {
    push(1);
    push(1);
    RunBatch* held = queue.join();
    RunTicket* long_run = held->take();
    RunBatch* next = queue.join();
    ASSERT_NE(next, nullptr);
    next->take()->execute();
    queue.leave(*next);
    EXPECT_EQ(recorder.reported().front().id, 2);
    long_run->execute();
    queue.leave(*held);
}

TEST_F(RunQueueTest, UsesTheMemoryOfABatchAgainWhenTheLastHasLeft) {
    push(1);
    RunBatch* held = queue.join();
    take(*held, 1);
    push(1);
    RunBatch* other = queue.join();
    EXPECT_NE(other, held);
    take(*other, 1);
    queue.leave(*other);
    queue.leave(*held);
    push(1);
    RunBatch* again = queue.join();
    EXPECT_TRUE(again == held || again == other);
    take(*again, 1);
    queue.leave(*again);
}

TEST_F(RunQueueTest, DropsWhatItHoldsWithItself) {
    {
        RunQueue dropped;
        std::vector<RunTicket> tickets = recorder.tickets(3, Call([] {}));
        dropped.push(tickets);
    }
    EXPECT_EQ(recorder.reported().size(), 3U);
    EXPECT_EQ(recorder.reported().front().outcome, RunState::cancelled);
}

}  // namespace
}  // namespace punctual::detail
