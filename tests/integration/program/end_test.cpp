// How `punctual run` ends: on request, at once, and without a word.

#include <gtest/gtest.h>

#include <csignal>

#include "program.hpp"

namespace punctual::program_testing {
namespace {

/// A job whose runs leave `started` when they begin and `finished` when they end.
std::string slow_job(const std::string& seconds) {
    return "[jobs.slow]\n"
           "interval = \"1s\"\n"
           "command = \"touch started; sleep " +
           seconds + "; touch finished\"\n";
}

class EndingSignal : public testing::TestWithParam<int> {};

TEST_P(EndingSignal, LetsRunningJobsFinish) {
    const Folder folder;
    folder.write("jobs.toml", slow_job("1"));
    Program program(folder, {"run", "jobs.toml"});
    ASSERT_TRUE(becomes_true([&] { return folder.has("started"); })) << program.errors();
    program.send(GetParam());
    EXPECT_EQ(program.wait(), 0) << program.errors();
    EXPECT_TRUE(folder.has("finished"));
    EXPECT_TRUE(has_run(folder, "slow", "succeeded"));
}

TEST_P(EndingSignal, StopsRunningJobsWhenItComesAgain) {
    const Folder folder;
    folder.write("jobs.toml", slow_job("300"));
    Program program(folder, {"run", "jobs.toml"});
    ASSERT_TRUE(becomes_true([&] { return folder.has("started"); })) << program.errors();
    program.send(GetParam());
    // A signal that comes before the one before it was taken is the same one: so it is sent until
    // the program has taken two.
    EXPECT_TRUE(becomes_true([&] {
        program.send(GetParam());
        return program.ended();
    }));
    static_cast<void>(program.wait());
    EXPECT_FALSE(folder.has("finished"));
    EXPECT_TRUE(has_run(folder, "slow", "cancelled"));
}

INSTANTIATE_TEST_SUITE_P(ProgramEnd, EndingSignal, testing::Values(SIGTERM, SIGINT),
                         [](const testing::TestParamInfo<int>& parameter) {
                             return parameter.param == SIGTERM ? "Terminate" : "Interrupt";
                         });

TEST(ProgramEnd, ARunWhoseSchedulerWasKilledIsLost) {
    const Folder folder;
    folder.write("jobs.toml", slow_job("1"));
    Program killed(folder, {"run", "jobs.toml"});
    ASSERT_TRUE(becomes_true([&] { return folder.has("started"); })) << killed.errors();
    killed.send(SIGKILL);
    EXPECT_EQ(killed.wait(), 128 + SIGKILL);
    EXPECT_FALSE(has_run(folder, "slow", "lost"));
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "200ms"}).exit_code, 0);
    EXPECT_TRUE(has_run(folder, "slow", "lost"));
}

TEST(ProgramEnd, ALostRunIsRepeatedWhereTheJobAsksForIt) {
    const Folder folder;
    folder.write("jobs.toml", slow_job("1") + "on_lost = \"rerun\"\n");
    Program killed(folder, {"run", "jobs.toml"});
    ASSERT_TRUE(becomes_true([&] { return folder.has("started"); })) << killed.errors();
    killed.send(SIGKILL);
    EXPECT_EQ(killed.wait(), 128 + SIGKILL);
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "200ms"}).exit_code, 0);
    bool repeated = false;
    for (const Value& run : runs_on_record(folder)) {
        repeated = repeated || *run.find("attempt") == Value(2);
    }
    EXPECT_TRUE(repeated);
}

}  // namespace
}  // namespace punctual::program_testing
