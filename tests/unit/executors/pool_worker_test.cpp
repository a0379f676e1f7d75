// A worker as its pool sees it: what becomes of the runs that it has.
#include "executors/pool_worker.hpp"
#include "unit/executors/fake_worker.hpp"

#include <punctual/task.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <vector>

namespace punctual::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReportedRun;

const auto nothing = task("unit.pool_worker", [] {});

class PoolWorkerTest : public ::testing::Test {
protected:
    void make() { worker.emplace(fake.process(), options, poll, wake_up, now); }
    void make_ready() {
        make();
        fake.send(WorkerReady());
        look();
    }
    /// Gives it so many runs: 1, 2, 3, … here and there.
    void give(int runs) {
        for (; runs > 0; --runs) worker->give({.ticket = recorder.ticket(nothing())}, now);
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
        for (const ReportedRun& run : recorder.reported()) {
            if (run.outcome == RunState::succeeded) runs.push_back(run.id);
        }
        return runs;
    }
    /// The only run that did not succeed.
    [[nodiscard]] ReportedRun failure() const {
        std::vector<ReportedRun> runs = recorder.reported();
        std::erase_if(runs, [](const auto& run) { return run.outcome == RunState::succeeded; });
        EXPECT_EQ(runs.size(), 1U);
        return runs.empty() ? ReportedRun{} : runs.front();
    }

    testing::RunRecorder recorder;
    ProcessPoolOptions options;
    EventPoll poll;
    WakeUp wake_up;
    FakeWorker fake;
    WorkerChanges changes;
    std::optional<PoolWorker> worker;
    SteadyTime now = SteadyTime(std::chrono::hours(1));
};

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

TEST_F(PoolWorkerTest, ACrashFailsTheRunThatHadBegun) {
    make_ready();
    give(4);
    begin(1);
    fake.answer(1);
    begin(2);
    fake.die(SIGSEGV);
    look();
    EXPECT_TRUE(worker->is_gone());
    EXPECT_EQ(failure().id, 2);
    EXPECT_EQ(failure().reason, "killed by signal 11 (SIGSEGV)");
    EXPECT_THAT(succeeded(), ElementsAre(1));
    EXPECT_THAT(returned(), ElementsAre(3, 4));
}

TEST_F(PoolWorkerTest, ACrashBetweenTwoRunsFailsNone) {
    make_ready();
    give(2);
    begin(1);
    fake.answer(1);
    fake.exit(3);
    look();
    EXPECT_THAT(succeeded(), ElementsAre(1));
    EXPECT_THAT(returned(), ElementsAre(2));
    EXPECT_EQ(recorder.reported().size(), 1U);
}

// It would go from one worker to the next for ever.
TEST_F(PoolWorkerTest, ARunThatEndsItsWorkersBeforeItBeginsFails) {
    make_ready();
    worker->give({.ticket = recorder.ticket(nothing()), .workers_lost = 3}, now);
    worker->give({.ticket = recorder.ticket(nothing()), .workers_lost = 2}, now);
    fake.exit(1);
    look();
    EXPECT_EQ(failure().id, 1);
    EXPECT_EQ(failure().reason, "exit code 1");
    ASSERT_THAT(returned(), ElementsAre(2));
    EXPECT_EQ(changes.returned.at(0).workers_lost, 3);
}

TEST_F(PoolWorkerTest, RubbishStopsTheRunThatWroteIt) {
    make_ready();
    give(3);
    begin(1);
    fake.answer(1);
    begin(2);
    fake.write("x");
    look();
    EXPECT_TRUE(fake.was_killed());
    EXPECT_THAT(returned(), ElementsAre(3));
    look();
    EXPECT_TRUE(worker->is_gone());
    EXPECT_EQ(failure().id, 2);
    EXPECT_EQ(failure().reason,
              "it wrote to the descriptors of its worker: what came is no message");
    EXPECT_THAT(succeeded(), ElementsAre(1));
}

// What was done behind it is neither lost nor done again.
TEST_F(PoolWorkerTest, RubbishThatIsReadLaterFailsTheRunThatWroteItAlone) {
    make_ready();
    give(5);
    begin(1);
    fake.write("what should have gone to a file\xF0");
    fake.answer(1);
    begin(2);
    fake.answer(2);
    begin(3);
    look();
    EXPECT_FALSE(fake.was_killed());
    EXPECT_FALSE(fake.begin(4));
    EXPECT_THAT(returned(), ElementsAre(4, 5));
    EXPECT_EQ(failure().id, 1);
    EXPECT_EQ(failure().reason,
              "it wrote to the descriptors of its worker: what came is no message");
    EXPECT_FALSE(worker->is_active());
    fake.answer(3);
    look();
    EXPECT_THAT(succeeded(), ElementsAre(2, 3));
    fake.exit(0);
    look();
    EXPECT_TRUE(worker->is_gone());
    EXPECT_EQ(recorder.reported().size(), 3U);
}

TEST_F(PoolWorkerTest, EachRunThatWritesRubbishFails) {
    make_ready();
    give(4);
    begin(1);
    fake.write("one");
    fake.answer(1);
    begin(2);
    fake.answer(2);
    begin(3);
    fake.write("three");
    look();
    EXPECT_TRUE(fake.was_killed());
    look();
    const auto reports = recorder.reported();
    ASSERT_EQ(reports.size(), 3U);
    EXPECT_EQ(reports[0].outcome, RunState::failed);
    EXPECT_EQ(reports[1].outcome, RunState::succeeded);
    EXPECT_EQ(reports[2].outcome, RunState::failed);
    EXPECT_THAT(returned(), ElementsAre(4));
}

TEST_F(PoolWorkerTest, RubbishOfNoRunFailsNone) {
    make_ready();
    give(2);
    fake.write("x");
    look();
    EXPECT_TRUE(fake.was_killed());
    EXPECT_FALSE(fake.begin(1));
    look();
    EXPECT_THAT(recorder.reported(), IsEmpty());
    ASSERT_THAT(returned(), ElementsAre(1, 2));
    EXPECT_EQ(changes.returned.at(0).workers_lost, 1);
}

TEST_F(PoolWorkerTest, AMessageThatNoWorkerSendsIsRubbish) {
    make_ready();
    give(2);
    begin(1);
    fake.send(RunOrder{.sequence = 1});
    look();
    EXPECT_TRUE(fake.was_killed());
    look();
    EXPECT_EQ(failure().id, 1);
    EXPECT_THAT(failure().reason, HasSubstr("a message that no worker sends"));
    EXPECT_THAT(returned(), ElementsAre(2));
}

TEST_F(PoolWorkerTest, AResultThatCannotBeReadFailsItsRun) {
    make_ready();
    give(2);
    begin(1);
    fake.send(RunAnswer{.sequence = 1, .result = "{"});
    begin(2);
    fake.answer(2);
    look();
    EXPECT_EQ(failure().id, 1);
    EXPECT_THAT(failure().reason, HasSubstr("its result cannot be read: "));
    EXPECT_THAT(succeeded(), ElementsAre(2));
}

TEST_F(PoolWorkerTest, ARunThatClosesItsDescriptorsIsKilled) {
    options.kill_after = seconds(10);
    make_ready();
    give(2);
    begin(1);
    fake.close_messages();
    look();
    EXPECT_FALSE(fake.was_killed());
    EXPECT_FALSE(fake.begin(2));
    now += seconds(10);
    look();
    EXPECT_TRUE(fake.was_killed());
    look();
    EXPECT_EQ(failure().id, 1);
    EXPECT_EQ(failure().reason, "it closed the descriptors of its worker");
    EXPECT_THAT(returned(), ElementsAre(2));
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
