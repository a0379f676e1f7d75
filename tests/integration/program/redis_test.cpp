// The program with its state on a Redis server, where the tests have one.

#include <gtest/gtest.h>

#include <unistd.h>
#include <cstdlib>

#include "program.hpp"

namespace punctual::program_testing {
namespace {

TEST(ProgramWithRedis, KeepsJobsAndRunsThere) {
    const char* server = std::getenv("PUNCTUAL_TEST_REDIS_URL");
    if (server == nullptr) GTEST_SKIP() << "there is no Redis server: run script/test-servers";
    const std::string url = std::string(server) + "?prefix=program-" + std::to_string(getpid());
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.greet]\n"
                 "interval = \"1s\"\n"
                 "command = [\"echo\", \"hello\"]\n");
    const Outcome missing = run_program(folder, {"jobs", "--store", url});
    EXPECT_NE(missing.exit_code, 0);
    EXPECT_NE(missing.errors.find("there is no store at redis+unix://"), std::string::npos)
        << missing.errors;

    // The default user of a server without a password takes any.
    const std::string with_password =
        "redis+unix://default:secret@" + url.substr(url.find("://") + 3);
    const Outcome run =
        run_program(folder, {"run", "jobs.toml", "--store", with_password, "--for", "2500ms"});
    EXPECT_NE(run.output.find("kept in redis+unix:///"), std::string::npos) << run.output;
    EXPECT_EQ((run.output + run.errors).find("secret"), std::string::npos);
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    EXPECT_FALSE(folder.has("jobs.sqlite"));
    const Outcome jobs = run_program(folder, {"jobs", "--store", url, "--json"});
    ASSERT_EQ(json_lines(jobs.output).size(), 1u) << jobs.errors;
    EXPECT_EQ(*json_lines(jobs.output)[0].find("id"), Value("greet"));
    const Outcome runs = run_program(folder, {"runs", "--store", url, "--json"});
    ASSERT_FALSE(json_lines(runs.output).empty()) << runs.errors;
    EXPECT_EQ(*json_lines(runs.output)[0].find("output"), Value("hello\n"));
}

}  // namespace
}  // namespace punctual::program_testing
