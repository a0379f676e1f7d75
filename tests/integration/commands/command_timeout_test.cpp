// Commands whose job has a `timeout`: the clock is a manual one, the processes are real.
#include "integration/commands/commands.hpp"
#include "integration/commands/fifo.hpp"

#include <punctual/testing/testing_scheduler.hpp>
#include <punctual/triggers/date.hpp>

namespace punctual::testing {
namespace {

class CommandTimeout : public ::testing::TestWithParam<Executing> {
protected:
    /// Runs a command that tells the fifo when it has begun, past its time.
    RunRecord run_past_its_time(const std::string& line, const CommandOptions& options = {}) {
        scheduler.start();
        scheduler.add_job(command(line, options), {.id = "job", .timeout = 1h});
        scheduler.run_pending();
        EXPECT_EQ(fifo.read_line(), "begun");
        scheduler.run_for(1h);
        scheduler.wait_for_runs();
        return scheduler.get_runs({.job_id = "job"}).at(0);
    }

    Fifo fifo;
    TestingScheduler scheduler{{.executors = {{"default", GetParam().make()}}}};
};
INSTANTIATE_TEST_SUITE_P(On, CommandTimeout, each_executor, name_of);

TEST_P(CommandTimeout, IsAskedToEndAndFails) {
    const RunRecord done = run_past_its_time("echo printed; exec 9> '" + fifo.path() +
                                             "'; echo begun >&9; exec sleep 1000");
    EXPECT_EQ(done.state, RunState::failed);
    EXPECT_EQ(done.reason, "timed out after 1h (SIGTERM)");
    EXPECT_EQ(done.output, "printed\n");
}

TEST_P(CommandTimeout, IsKilledIfItDoesNotEndInTime) {
    const RunRecord done = run_past_its_time(
        "trap '' TERM; exec 9> '" + fifo.path() + "'; echo begun >&9; exec sleep 1000",
        {.kill_after = std::chrono::milliseconds(1)});
    EXPECT_EQ(done.state, RunState::failed);
    EXPECT_EQ(done.reason, "timed out after 1h (SIGKILL)");
}

TEST_P(CommandTimeout, TakesWhatItStartedWithIt) {
    const RunRecord done = run_past_its_time(
        "(trap '' TERM; exec 9> '" + fifo.path() + "'; echo begun >&9; exec sleep 1000) & wait",
        {.kill_after = std::chrono::milliseconds(1)});
    EXPECT_EQ(done.reason, "timed out after 1h (SIGKILL)");
    EXPECT_EQ(fifo.read_to_end(), "");
}

}  // namespace
}  // namespace punctual::testing
