// What the program says of its command line and of wrong files, and with which exit code.

#include <gtest/gtest.h>

#include "program.hpp"

namespace punctual::program_testing {
namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(ProgramCommandLine, HelpIsThereForEveryCommand) {
    const Folder folder;
    const Outcome whole = run_program(folder, {"--help"});
    EXPECT_EQ(whole.exit_code, 0);
    for (const char* command : {"run", "check", "jobs", "runs", "next", "copy"}) {
        EXPECT_TRUE(contains(whole.output, command)) << whole.output;
        const Outcome outcome = run_program(folder, {command, "--help"});
        EXPECT_EQ(outcome.exit_code, 0) << command;
        EXPECT_TRUE(contains(outcome.output, std::string("punctual ") + command)) << outcome.output;
    }
}

TEST(ProgramCommandLine, TellsItsVersion) {
    const Folder folder;
    const Outcome outcome = run_program(folder, {"--version"});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_TRUE(contains(outcome.output, PUNCTUAL_VERSION)) << outcome.output;
}

TEST(ProgramCommandLine, AWrongCommandLineEndsWith2) {
    const Folder folder;
    folder.write("jobs.toml", "[jobs.a]\ninterval = \"1h\"\ncommand = \"true\"\n");
    EXPECT_EQ(run_program(folder, {}).exit_code, 2);
    const Outcome unknown = run_program(folder, {"fly"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_TRUE(contains(unknown.errors, "there is no command \"fly\"")) << unknown.errors;
    EXPECT_EQ(run_program(folder, {"run"}).exit_code, 2);
    EXPECT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "soon"}).exit_code, 2);
    EXPECT_EQ(run_program(folder, {"run", "jobs.toml", "--log", "xml"}).exit_code, 2);
    EXPECT_EQ(run_program(folder, {"run", "jobs.toml", "--store", "jobs"}).exit_code, 2);
}

TEST(ProgramCommandLine, AUrlInAWrongCommandLineIsNotRepeated) {
    const Folder folder;
    const std::string url = "postgresql://cron:very secret@db/jobs";
    const std::vector<std::vector<std::string>> wrong = {
        {url},
        {"runs", url},
        {"runs", "--job", "a", url, url},
        {"runs", "--stoer=" + url},
        {"run", "jobs.toml", "--log", url},
        {"run", "jobs.toml", "--log=" + url},
        {"next", "--crontab", "* * * * *", "--count", url},
        {"check", url, "--json", url},
    };
    for (const auto& arguments : wrong) {
        const Outcome outcome = run_program(folder, arguments);
        EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
        EXPECT_FALSE(outcome.errors.empty());
        EXPECT_FALSE(contains(outcome.output + outcome.errors, "secret")) << outcome.errors;
    }
    EXPECT_TRUE(contains(run_program(folder, {url}).errors, "postgresql://…"));
}

TEST(ProgramCommandLine, CheckNamesEveryMistakeWithItsLine) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.a]\n"
                 "crontab = \"61 * * * *\"\n"
                 "command = \"true\"\n"
                 "[jobs.b]\n"
                 "interval = \"1h\"\n"
                 "comand = \"true\"\n");
    const Outcome outcome = run_program(folder, {"check", "jobs.toml"});
    EXPECT_EQ(outcome.exit_code, 2);
    const std::string text = outcome.output + outcome.errors;
    EXPECT_TRUE(contains(text, "jobs.toml:2")) << text;
    EXPECT_TRUE(contains(text, "jobs.toml:6")) << text;
    EXPECT_TRUE(contains(text, "did you mean command?")) << text;
}

TEST(ProgramCommandLine, CheckRefusesAStoreThatRunWouldRefuse) {
    const Folder folder;
    const std::string job = "[jobs.a]\ninterval = \"1h\"\ncommand = \"true\"\n";
    for (const char* store : {"jobs.sqlite", "paper://desk", "sqlite://server/jobs.sqlite"}) {
        folder.write("jobs.toml", std::string("store = \"") + store + "\"\n" + job);
        const Outcome outcome = run_program(folder, {"check", "jobs.toml"});
        EXPECT_EQ(outcome.exit_code, 2) << store;
        EXPECT_TRUE(contains(outcome.errors, "jobs.toml:1: store: ")) << outcome.errors;
    }
}

TEST(ProgramCommandLine, CheckShowsWhenGoodJobsRunNext) {
    const Folder folder;
    folder.write("jobs.toml",
                 "timezone = \"Europe/Berlin\"\n"
                 "[jobs.night]\n"
                 "crontab = \"30 2 * * *\"\n"
                 "command = \"true\"\n");
    const Outcome outcome = run_program(folder, {"check", "jobs.toml"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    EXPECT_TRUE(contains(outcome.output, "night")) << outcome.output;
    EXPECT_TRUE(contains(outcome.output, "02:30")) << outcome.output;
    // Whatever the date, the clocks of Berlin go forward once within a year.
    EXPECT_TRUE(contains(outcome.output, "clock goes forward")) << outcome.output;
}

TEST(ProgramCommandLine, RunRefusesAWrongFileAndLeavesNoStore) {
    const Folder folder;
    folder.write("jobs.toml", "[jobs.a]\ninterval = \"1h\"\n");
    const Outcome outcome = run_program(folder, {"run", "jobs.toml", "--for", "1s"});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_TRUE(contains(outcome.errors, "jobs.toml:1")) << outcome.errors;
    EXPECT_FALSE(folder.has("jobs.sqlite"));
}

TEST(ProgramCommandLine, AFileThatIsNotThereIsNamed) {
    const Folder folder;
    for (const char* command : {"run", "check"}) {
        const Outcome outcome = run_program(folder, {command, "missing.toml"});
        EXPECT_EQ(outcome.exit_code, 2);
        EXPECT_TRUE(contains(outcome.errors, "missing.toml")) << outcome.errors;
    }
}

TEST(ProgramCommandLine, AStoreThatIsNotThereIsNamedAndNotMade) {
    const Folder folder;
    for (const char* command : {"jobs", "runs"}) {
        const Outcome outcome = run_program(folder, {command});
        EXPECT_NE(outcome.exit_code, 0);
        EXPECT_TRUE(contains(outcome.errors, "jobs.sqlite")) << outcome.errors;
        EXPECT_FALSE(folder.has("jobs.sqlite"));
    }
}

TEST(ProgramCommandLine, JobsAndRunsCanBeSeenWhileASchedulerRuns) {
    const Folder folder;
    folder.write("jobs.toml", "[jobs.a]\ninterval = \"1s\"\ncommand = \"touch done\"\n");
    Program program(folder, {"run", "jobs.toml"});
    ASSERT_TRUE(becomes_true([&] { return folder.has("done"); })) << program.errors();
    EXPECT_TRUE(becomes_true([&] { return has_run(folder, "a", "succeeded"); }));
    EXPECT_TRUE(job_on_record(folder, "a").is_object());
    EXPECT_FALSE(program.ended());
}

}  // namespace
}  // namespace punctual::program_testing
