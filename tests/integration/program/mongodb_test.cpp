// The program with its state on a MongoDB server, where the tests have one.

#include <gtest/gtest.h>

#include <unistd.h>
#include <cstdlib>

#include "program.hpp"

namespace punctual::program_testing {
namespace {

TEST(ProgramWithMongoDb, KeepsJobsAndRunsThere) {
    const char* server = std::getenv("PUNCTUAL_TEST_MONGODB_URL");
    if (server == nullptr) GTEST_SKIP() << "there is no MongoDB server: run script/test-servers";
    const std::string mark = std::string(server).find('?') == std::string::npos ? "?" : "&";
    const std::string url = server + mark + "prefix=program-" + std::to_string(getpid());
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.greet]\n"
                 "interval = \"1s\"\n"
                 "command = [\"echo\", \"hello\"]\n");
    const Outcome missing = run_program(folder, {"jobs", "--store", url});
    EXPECT_NE(missing.exit_code, 0);
    EXPECT_NE(missing.errors.find("there is no store at mongodb://"), std::string::npos)
        << missing.errors;

    const Outcome run =
        run_program(folder, {"run", "jobs.toml", "--store", url, "--for", "2500ms"});
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
