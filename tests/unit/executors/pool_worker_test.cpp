// What a worker does with the runs that it is given, when it takes long, and at its end.
#include "unit/executors/pool_worker_testing.hpp"

namespace punctual::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(PoolWorkerTest, ARunThatMustNotBeginIsHandedBack) {
    make_ready();
    RunTicket ticket = recorder.ticket(nothing());
    recorder.request_stop(ticket.run_id());
    worker->give({.ticket = std::move(ticket)}, now, changes);
    EXPECT_EQ(worker->load(), 0u);
    ASSERT_EQ(changes.refused.size(), 1u);
    EXPECT_TRUE(recorder.reported().empty()) << "the engine would ask for room before there is any";
    changes.refused.at(0).report();
    ASSERT_EQ(recorder.reported().size(), 1u);
    EXPECT_EQ(recorder.reported().at(0).outcome, RunState::cancelled);
}

TEST_F(PoolWorkerTest, HasRoomOnceItIsReady) {
    make();
    EXPECT_EQ(worker->room(5, now), 0U);
    EXPECT_FALSE(worker->is_ready());
    fake.send(WorkerReady());
    look();
    EXPECT_TRUE(worker->is_ready());
    EXPECT_EQ(worker->room(5, now), 5U);
    give(2);
    EXPECT_EQ(worker->room(5, now), 3U);
    EXPECT_EQ(worker->room(2, now), 0U);
}

TEST_F(PoolWorkerTest, AnswersAreTheOutcomesOfItsRuns) {
    make_ready();
    give(2);
    for (const std::uint32_t expected : {1U, 2U}) {
        const auto order = fake.take_order();
        ASSERT_TRUE(order);
        EXPECT_EQ(order->sequence, expected);
        EXPECT_EQ(order->run_id, expected);
        EXPECT_EQ(order->task, "unit.pool_worker");
        begin(order->sequence);
    }
    fake.send(RunAnswer{.sequence = 1, .result = "42"});
    fake.send(RunAnswer{.sequence = 2, .outcome = RunState::failed, .reason = "disk full"});
    look();
    EXPECT_EQ(recorder.reported().at(0).result, Value(42));
    EXPECT_EQ(failure().reason, "disk full");
    EXPECT_EQ(worker->load(), 0U);
    EXPECT_EQ(changes.answers, 2U);
}

TEST_F(PoolWorkerTest, ProgressIsThatOfTheRunThatGoesOn) {
    make_ready();
    give(2);
    begin(1);
    fake.send(RunProgressed{.sequence = 1, .fraction = 0.5, .text = "half"});
    fake.answer(1);
    // Of a thread that the job has left behind.
    fake.send(RunProgressed{.sequence = 1, .fraction = 1});
    begin(2);
    fake.answer(2);
    look();
    EXPECT_EQ(recorder.wait_for_run(1).progress, (RunProgress{0.5, "half"}));
    EXPECT_EQ(recorder.wait_for_run(2).progress, std::nullopt);
}

TEST_F(PoolWorkerTest, RunsBehindOneThatTakesLongAreForOthers) {
    make_ready();
    give(3);
    begin(1);
    EXPECT_EQ(worker->deadline(), now + PoolWorker::patience + std::chrono::microseconds(1));
    now = worker->deadline();
    look();
    EXPECT_THAT(returned(), ElementsAre(2, 3));
    EXPECT_FALSE(fake.begin(2));
    EXPECT_FALSE(fake.begin(3));
    EXPECT_EQ(worker->room(5, now), 0U);
    fake.answer(1);
    look();
    EXPECT_THAT(succeeded(), ElementsAre(1));
    EXPECT_EQ(worker->room(5, now), 5U);
}

TEST_F(PoolWorkerTest, ARunThatIsAskedToStopIsKilledIfItGoesOn) {
    options.kill_after = seconds(10);
    make_ready();
    give(2);
    begin(1);
    request_stop(1);
    EXPECT_EQ(fake.take_request_to_stop(), 1U);
    EXPECT_THAT(returned(), ElementsAre(2));
    now += seconds(10) - milliseconds(1);
    look();
    EXPECT_FALSE(fake.was_killed());
    now += milliseconds(1);
    look();
    EXPECT_TRUE(fake.was_killed());
    look();
    EXPECT_EQ(failure().outcome, RunState::cancelled);
    EXPECT_EQ(failure().reason, "stopped on request (SIGKILL)");
}

TEST_F(PoolWorkerTest, ARunThatStopsInTimeTakesNoOtherWithIt) {
    options.kill_after = milliseconds(1);
    make_ready();
    give(1);
    begin(1);
    request_stop(1);
    give(2);
    // At the last moment, so that the pool has not read it.
    fake.answer(1);
    begin(2);
    now += milliseconds(1);
    worker->advance(now, changes);
    EXPECT_FALSE(fake.was_killed());
    EXPECT_THAT(returned(), ElementsAre(3));
    fake.answer(2);
    look();
    EXPECT_THAT(succeeded(), ElementsAre(1, 2));
    EXPECT_EQ(worker->deadline(), SteadyTime::max());
}

TEST_F(PoolWorkerTest, TwoRunsThatAreAskedToStopHearItOneAfterAnother) {
    make_ready();
    give(2);
    begin(1);
    fake.answer(1);
    begin(2);
    recorder.request_stop(1);
    recorder.request_stop(2);
    worker->stop_runs(now, changes);
    EXPECT_EQ(fake.take_request_to_stop(), 1U);
    EXPECT_EQ(fake.take_request_to_stop(), std::nullopt);
    look();
    EXPECT_EQ(fake.take_request_to_stop(), 2U);
    EXPECT_EQ(worker->deadline(), now + options.kill_after);
}

TEST_F(PoolWorkerTest, EndsAfterItsRuns) {
    options.max_runs_per_worker = 2;
    options.kill_after = seconds(10);
    make_ready();
    EXPECT_EQ(worker->room(5, now), 2U);
    give(2);
    EXPECT_EQ(worker->room(5, now), 0U);
    for (const std::uint32_t sequence : {1U, 2U}) {
        static_cast<void>(fake.take_order());
        begin(sequence);
        fake.answer(sequence);
    }
    look();
    EXPECT_FALSE(worker->is_active());
    EXPECT_EQ(fake.take_order(), std::nullopt);
    // One that does not is killed.
    EXPECT_EQ(worker->deadline(), now + seconds(10));
}

TEST_F(PoolWorkerTest, EndsAfterARunThatLeavesTooMuchMemory) {
    options.max_memory = 1000;
    make_ready();
    give(3);
    begin(1);
    fake.send(RunAnswer{.sequence = 1, .resident_bytes = 1001});
    look();
    EXPECT_THAT(succeeded(), ElementsAre(1));
    EXPECT_FALSE(worker->is_active());
    EXPECT_THAT(returned(), ElementsAre(2, 3));
}

TEST_F(PoolWorkerTest, OneThatDoesNotStartSaysWhy) {
    make();
    fake.exit(2);
    look();
    EXPECT_TRUE(worker->is_gone());
    EXPECT_THAT(worker->start_failure(), HasSubstr("its worker did not start (exit code 2)"));
    EXPECT_FALSE(worker->was_killed_at_start());
}

TEST_F(PoolWorkerTest, OneThatStartsForTooLongIsKilled) {
    options.start_timeout = seconds(30);
    make();
    now = worker->deadline();
    look();
    EXPECT_TRUE(fake.was_killed());
    look();
    EXPECT_THAT(worker->start_failure(), HasSubstr("it did not answer within 30s"));
}

}  // namespace
}  // namespace punctual::detail
