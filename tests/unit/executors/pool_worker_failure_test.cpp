// A worker that crashes, ends, or writes what it should not: one run answers for it, at most.
#include "unit/executors/pool_worker_testing.hpp"

#include <csignal>

namespace punctual::detail {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using PoolWorkerFailure = PoolWorkerTest;

TEST_F(PoolWorkerFailure, ACrashFailsTheRunThatHadBegun) {
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

TEST_F(PoolWorkerFailure, ACrashBetweenTwoRunsFailsNone) {
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
TEST_F(PoolWorkerFailure, ARunThatEndsItsWorkersBeforeItBeginsFails) {
    make_ready();
    worker->give({.ticket = recorder.ticket(nothing()), .workers_lost = 3}, now, changes);
    worker->give({.ticket = recorder.ticket(nothing()), .workers_lost = 2}, now, changes);
    fake.exit(1);
    look();
    EXPECT_EQ(failure().id, 1);
    EXPECT_EQ(failure().reason, "exit code 1");
    ASSERT_THAT(returned(), ElementsAre(2));
    EXPECT_EQ(changes.returned.at(0).workers_lost, 3);
}

TEST_F(PoolWorkerFailure, RubbishStopsTheRunThatWroteIt) {
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
TEST_F(PoolWorkerFailure, RubbishThatIsReadLaterFailsTheRunThatWroteItAlone) {
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

TEST_F(PoolWorkerFailure, EachRunThatWritesRubbishFails) {
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

TEST_F(PoolWorkerFailure, RubbishOfNoRunFailsNone) {
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

TEST_F(PoolWorkerFailure, AMessageThatNoWorkerSendsIsRubbish) {
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

TEST_F(PoolWorkerFailure, AResultThatCannotBeReadFailsItsRun) {
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

TEST_F(PoolWorkerFailure, ARunThatClosesItsDescriptorsIsKilled) {
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

}  // namespace
}  // namespace punctual::detail
