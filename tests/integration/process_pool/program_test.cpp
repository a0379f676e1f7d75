// Other programs with pools of processes: one that is killed, and those that do not make the call.
#include "integration/process_pool/process_pools.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace punctual::testing {
namespace {

using ::testing::HasSubstr;

std::string output_of(const std::string& command) {
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> text{};
    const std::size_t length = std::fread(text.data(), 1, text.size(), pipe);
    ::pclose(pipe);
    return {text.data(), length};
}

TEST(ProcessPoolProgram, WithoutTheCallNothingStarts) {
    const std::string output = output_of(PROCESS_POOL_FORGETFUL);
    EXPECT_THAT(output, HasSubstr("punctual::process_worker(argc, argv)"));
}

TEST(ProcessPoolProgram, AWorkerThatEndsBeforeTheCallFailsItsRun) {
    const std::string output = output_of(PROCESS_POOL_FORGETFUL " late");
    EXPECT_EQ(output,
              "its worker did not start (exit code 3): does main call "
              "punctual::process_worker(argc, argv) before anything else?\n");
}

TEST(ProcessPoolProgram, AWorkerThatDoesNotGetToTheCallFailsItsRun) {
    const std::string output = output_of("FORGETFUL_HANGS=1 " PROCESS_POOL_FORGETFUL " late");
    EXPECT_EQ(output,
              "its worker did not start (it did not answer within 200ms): does main call "
              "punctual::process_worker(argc, argv) before anything else?\n");
}

TEST(ProcessPoolProgram, APersonCannotStartAWorker) {
    const std::string output =
        output_of(PROCESS_POOL_PARENT " --punctual-worker 1 2>&1 </dev/null");
    EXPECT_THAT(output, HasSubstr("--punctual-worker is for programs that start themselves"));
}

TEST(ProcessPoolProgram, ItsWorkersEndWithItHoweverItDies) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::pipe(ends), 0);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    std::string program = PROCESS_POOL_PARENT;
    std::array<char*, 2> words{program.data(), nullptr};
    pid_t parent = 0;
    ASSERT_EQ(::posix_spawn(&parent, program.c_str(), &actions, nullptr, words.data(), ::environ),
              0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);

    FILE* lines = ::fdopen(ends[0], "r");
    std::vector<std::int64_t> processes(4);
    for (std::int64_t& process : processes) ASSERT_EQ(std::fscanf(lines, "%ld", &process), 1);
    ::kill(parent, SIGKILL);
    ::waitpid(parent, nullptr, 0);
    for (const std::int64_t process : processes) wait_for_end_of(process);
    // Nobody has its standard output open any more: nothing is left of it.
    EXPECT_EQ(std::fgetc(lines), '\n');
    EXPECT_EQ(std::fgetc(lines), EOF);
    std::fclose(lines);
}

}  // namespace
}  // namespace punctual::testing
