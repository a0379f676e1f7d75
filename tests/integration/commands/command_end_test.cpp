// How commands are brought to an end by a request to stop.
#include "integration/commands/commands.hpp"
#include "integration/commands/fifo.hpp"

#include <chrono>

namespace punctual::testing {
namespace {

class CommandEnd : public Commands {};
INSTANTIATE_TEST_SUITE_P(On, CommandEnd, each_executor, name_of);

TEST_P(CommandEnd, IsCancelledWhenItsRunIsToStop) {
    Fifo fifo;
    submit(command("echo begun > '" + fifo.path() + "'; exec sleep 1000"));
    EXPECT_EQ(fifo.read_line(), "begun");
    recorder.request_stop(1);
    const ReportedRun done = recorder.wait_for_run(1);
    EXPECT_EQ(done.outcome, RunState::cancelled);
    EXPECT_EQ(done.reason, "stopped on request (SIGTERM)");
}

TEST_P(CommandEnd, KeepsWhatItPrintsWhileItEnds) {
    Fifo fifo;
    // Without its error output, for the shell tells there that its sleep was terminated.
    submit(command("exec 2> /dev/null; trap 'echo cleaned up; exit 0' TERM; exec 9> '" +
                   fifo.path() + "'; echo begun >&9; while :; do sleep 0.01; done"));
    EXPECT_EQ(fifo.read_line(), "begun");
    recorder.request_stop(1);
    const ReportedRun done = recorder.wait_for_run(1);
    EXPECT_EQ(done.outcome, RunState::cancelled);
    EXPECT_EQ(done.output, "cleaned up\n");
}

TEST_P(CommandEnd, IsKilledIfItDoesNotEndInTime) {
    Fifo fifo;
    submit(command("trap '' TERM; echo begun > '" + fifo.path() + "'; exec sleep 1000",
                   {.kill_after = std::chrono::milliseconds(1)}));
    EXPECT_EQ(fifo.read_line(), "begun");
    recorder.request_stop(1);
    EXPECT_EQ(recorder.wait_for_run(1).reason, "stopped on request (SIGKILL)");
}

TEST_P(CommandEnd, TakesWhatItStartedWithIt) {
    Fifo fifo;
    submit(command("(exec 9> '" + fifo.path() + "'; echo begun >&9; exec sleep 1000) & wait"));
    EXPECT_EQ(fifo.read_line(), "begun");
    recorder.request_stop(1);
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::cancelled);
    EXPECT_EQ(fifo.read_to_end(), "");
}

TEST_P(CommandEnd, KillsWhatItStartedIfThatDoesNotEndWithIt) {
    Fifo fifo;
    submit(command(
        "(trap '' TERM; exec 9> '" + fifo.path() + "'; echo begun >&9; exec sleep 1000) & wait",
        {.kill_after = std::chrono::milliseconds(1)}));
    EXPECT_EQ(fifo.read_line(), "begun");
    recorder.request_stop(1);
    EXPECT_EQ(recorder.wait_for_run(1).reason, "stopped on request (SIGKILL)");
    EXPECT_EQ(fifo.read_to_end(), "");
}

TEST_P(CommandEnd, StopsOneOfSeveralAtOnce) {
    Fifo first;
    Fifo second;
    submit(command("exec 9> '" + first.path() + "'; echo begun >&9; exec sleep 1000"));
    submit(command("exec 9> '" + second.path() + "'; echo begun >&9; exec sleep 1000"));
    EXPECT_EQ(first.read_line(), "begun");
    EXPECT_EQ(second.read_line(), "begun");
    recorder.request_stop(2);
    EXPECT_EQ(recorder.wait_for_run(2).outcome, RunState::cancelled);
    EXPECT_EQ(recorder.reported().size(), 1U);
    recorder.request_stop(1);
    EXPECT_EQ(recorder.wait_for_run(1).outcome, RunState::cancelled);
}

}  // namespace
}  // namespace punctual::testing
