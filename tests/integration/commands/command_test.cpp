// What becomes of a command that is left alone.
#include "integration/commands/commands.hpp"
#include "integration/commands/fifo.hpp"

#include <punctual/errors.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace punctual::testing {
namespace {

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

class CommandTest : public Commands {};
INSTANTIATE_TEST_SUITE_P(On, CommandTest, each_executor, name_of);

TEST_P(CommandTest, KeepsWhatItPrints) {
    const ReportedRun done = run(command("echo out; echo error >&2"));
    EXPECT_EQ(done.outcome, RunState::succeeded);
    EXPECT_EQ(done.output, "out\nerror\n");
}

TEST_P(CommandTest, GivesAProgramItsArgumentsAsTheyAre) {
    EXPECT_EQ(run(command({"printf", "%s|", "a b", "$HOME", "*"})).output, "a b|$HOME|*|");
}

TEST_P(CommandTest, FailsWithItsExitCode) {
    const ReportedRun done = run(command("echo half done; exit 3"));
    EXPECT_EQ(done.outcome, RunState::failed);
    EXPECT_EQ(done.reason, "exit code 3");
    EXPECT_EQ(done.output, "half done\n");
}

TEST_P(CommandTest, FailsWithTheSignalThatKilledIt) {
    EXPECT_EQ(run(command("kill -SEGV $$")).reason, "killed by signal 11 (SIGSEGV)");
}

TEST_P(CommandTest, SaysWhichProgramCannotBeRun) {
    const ReportedRun done = run(command({"no-such-program", "x"}));
    EXPECT_EQ(done.outcome, RunState::failed);
    EXPECT_EQ(done.reason, "cannot run \"no-such-program\": No such file or directory");
}

TEST_P(CommandTest, SaysWhichDirectoryCannotBeUsed) {
    EXPECT_EQ(run(command("true", {.working_directory = "/no/such/folder"})).reason,
              "cannot use the working directory \"/no/such/folder\": No such file or directory");
}

TEST_P(CommandTest, StartsInItsWorkingDirectory) {
    EXPECT_EQ(run(command("pwd", {.working_directory = "/usr"})).output, "/usr\n");
}

TEST_P(CommandTest, HasTheEnvironmentOfTheProcessAndItsOwn) {
    ::setenv("PUNCTUAL_TEST_KEPT", "kept", 1);
    ::setenv("PUNCTUAL_TEST_REPLACED", "old", 1);
    const Call call = command(
        "echo $PUNCTUAL_TEST_KEPT $PUNCTUAL_TEST_REPLACED $PUNCTUAL_TEST_NEW",
        {.environment = {{"PUNCTUAL_TEST_REPLACED", "replaced"}, {"PUNCTUAL_TEST_NEW", "new"}}});
    EXPECT_EQ(run(call).output, "kept replaced new\n");
    ::unsetenv("PUNCTUAL_TEST_KEPT");
    ::unsetenv("PUNCTUAL_TEST_REPLACED");
}

TEST_P(CommandTest, FindsItsRunInTheEnvironment) {
    const Call call = command(
        "echo $PUNCTUAL_JOB_ID $PUNCTUAL_RUN_ID $PUNCTUAL_SCHEDULED_TIME $PUNCTUAL_ATTEMPT");
    const RunSetup setup{
        .job_id = "nightly", .scheduled = parse_instant("2025-03-30T01:00:00Z"), .attempt = 2};
    EXPECT_EQ(run(call, setup).output, "nightly 1 2025-03-30T01:00:00Z 2\n");
}

TEST_P(CommandTest, HasNothingToRead) {
    EXPECT_EQ(run(command("cat; echo end")).output, "end\n");
}

TEST_P(CommandTest, InheritsNoDescriptor) {
    const int inheritable = ::open("/dev/null", O_RDONLY);
    // ls has the folder itself open as its fourth.
    EXPECT_EQ(run(command({"ls", "/proc/self/fd"})).output, "0\n1\n2\n3\n");
    ::close(inheritable);
}

TEST_P(CommandTest, HasSignalsAsAFreshLoginHasThem) {
    sigset_t blocked;
    sigset_t before;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
    const auto pipe_handler = std::signal(SIGPIPE, SIG_IGN);
    // Only of signals 1 to 28: the C library keeps 32 and 33 to itself.
    const Call call = command("grep -E 'SigBlk|SigIgn' /proc/self/status | grep -o '.\\{7\\}$'");
    EXPECT_EQ(run(call).output, "0000000\n0000000\n");
    std::signal(SIGPIPE, pipe_handler);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_P(CommandTest, KeepsTheBeginningAndTheEndOfALongOutput) {
    const ReportedRun done =
        run(command("echo begin; head -c 1000000 /dev/zero | tr '\\0' x; echo; echo end",
                    {.output_limit = 20}));
    EXPECT_EQ(done.output, "begin\nxxxx\n… 999991 bytes left out …\nxxxxx\nend\n");
}

TEST_P(CommandTest, IsDoneWhenTheProcessEndsThoughAnotherHoldsItsOutput) {
    Fifo fifo;
    // The one left behind ends with the fifo's reader.
    submit(command("cat '" + fifo.path() + "' & echo done"));
    const ReportedRun done = recorder.wait_for_run(1);
    EXPECT_EQ(done.outcome, RunState::succeeded);
    EXPECT_EQ(done.output, "done\n");
    const int writer = ::open(fifo.path().c_str(), O_WRONLY);
    EXPECT_GE(writer, 0);
    ::close(writer);
}

TEST_P(CommandTest, LeavesNoProcessAndNoDescriptorBehind) {
    run(command("true"));
    const std::size_t before = open_descriptors();
    for (int i = 0; i < 200; ++i) {
        run(command({"true"}));
        run(command({"no-such-program"}));
    }
    executor->shutdown(true);
    // The command executor's own wake-up stays until it is destroyed.
    EXPECT_LE(open_descriptors(), before);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

TEST_P(CommandTest, RunsWhatWasStored) {
    const Call stored = command("exit 4", {.kill_after = std::chrono::hours(1)});
    EXPECT_EQ(stored.task(), "command");
    EXPECT_EQ(stored.arguments().to_json(), R"(["exit 4",{"kill_after":3600000000}])");
    const Call found = call("command", std::string("exit 4"), stored.arguments().as_array()[1]);
    EXPECT_EQ(found.fault(), "");
    EXPECT_EQ(run(found).reason, "exit code 4");
}

}  // namespace
}  // namespace punctual::testing
