// `punctual run`: jobs run, are on record, and go on after a restart as the file says.

#include <gtest/gtest.h>

#include <csignal>

#include "program.hpp"

namespace punctual::program_testing {
namespace {

TEST(ProgramRun, RunsTheJobsOfAFileAndEndsByItself) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.greet]\n"
                 "interval = { seconds = 1 }\n"
                 "command = \"echo hello\"\n");
    const Outcome outcome = run_program(folder, {"run", "jobs.toml", "--for", "2500ms"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    EXPECT_NE(outcome.output.find("greet"), std::string::npos) << outcome.output;
    EXPECT_TRUE(folder.has("jobs.sqlite"));
    const auto runs = runs_on_record(folder);
    ASSERT_FALSE(runs.empty());
    EXPECT_EQ(*runs.front().find("job"), Value("greet"));
    EXPECT_EQ(*runs.front().find("outcome"), Value("succeeded"));
    EXPECT_EQ(*runs.front().find("output"), Value("hello\n"));
}

TEST(ProgramRun, ARunOnRecordHasTheseKeys) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.greet]\n"
                 "interval = \"1s\"\n"
                 "command = [\"echo\", \"hello\"]\n");
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "2500ms"}).exit_code, 0);
    const auto runs = runs_on_record(folder);
    ASSERT_FALSE(runs.empty());
    std::vector<std::string> keys;
    for (const auto& [key, value] : runs.front().as_object()) keys.push_back(key);
    EXPECT_EQ(keys, (std::vector<std::string>{"job", "scheduled", "due", "started", "finished",
                                              "outcome", "attempt", "reason", "output"}));
}

TEST(ProgramRun, AFailedCommandIsOnRecordWithItsReasonAndOutput) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.broken]\n"
                 "interval = \"1s\"\n"
                 "command = \"echo no disk left; exit 3\"\n");
    const Outcome outcome = run_program(folder, {"run", "jobs.toml", "--for", "2500ms"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    EXPECT_NE(outcome.output.find("no disk left"), std::string::npos) << outcome.output;
    const auto runs = runs_on_record(folder);
    ASSERT_FALSE(runs.empty());
    EXPECT_EQ(*runs.front().find("outcome"), Value("failed"));
    EXPECT_NE(runs.front().find("reason")->as_text().find('3'), std::string::npos);
    EXPECT_EQ(*runs.front().find("output"), Value("no disk left\n"));
}

TEST(ProgramRun, WritesOneJsonObjectALineForMachines) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.greet]\n"
                 "interval = \"1s\"\n"
                 "command = \"echo hello\"\n");
    const Outcome outcome =
        run_program(folder, {"run", "jobs.toml", "--log", "json", "--for", "2500ms"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    bool told = false;
    for (const Value& line : json_lines(outcome.output)) {
        const Value* job = line.find("job");
        told = told || (job != nullptr && *job == Value("greet"));
    }
    EXPECT_TRUE(told) << outcome.output;
}

TEST(ProgramRun, UsesNoColoursWhereNobodyWatches) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.broken]\n"
                 "interval = \"1s\"\n"
                 "command = \"exit 1\"\n");
    const Outcome outcome = run_program(folder, {"run", "jobs.toml", "--for", "1500ms"});
    EXPECT_EQ((outcome.output + outcome.errors).find('\x1b'), std::string::npos);
}

TEST(ProgramRun, AnUnchangedJobKeepsItsNextRunTimeOverARestart) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.hourly]\n"
                 "interval = \"1h\"\n"
                 "command = \"true\"\n");
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "100ms"}).exit_code, 0);
    const Value before = job_on_record(folder, "hourly");
    ASSERT_TRUE(before.is_object());
    folder.write("jobs.toml",
                 "[jobs.hourly]\n"
                 "interval = \"1h\"\n"
                 "command = \"false\"\n");
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "1100ms"}).exit_code, 0);
    const Value after = job_on_record(folder, "hourly");
    ASSERT_TRUE(after.is_object());
    EXPECT_EQ(*after.find("next_run_time"), *before.find("next_run_time"));
}

TEST(ProgramRun, AJobWithAnotherTriggerIsScheduledAnew) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.rare]\n"
                 "interval = \"1h\"\n"
                 "command = \"true\"\n");
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "100ms"}).exit_code, 0);
    const Value before = job_on_record(folder, "rare");
    folder.write("jobs.toml",
                 "[jobs.rare]\n"
                 "interval = \"2h\"\n"
                 "command = \"true\"\n");
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "100ms"}).exit_code, 0);
    const Value after = job_on_record(folder, "rare");
    ASSERT_TRUE(before.is_object() && after.is_object());
    EXPECT_LT(before.find("next_run_time")->as_text(), after.find("next_run_time")->as_text());
}

TEST(ProgramRun, AJobThatLeftTheFileIsRemoved) {
    const Folder folder;
    const std::string kept =
        "[jobs.kept]\n"
        "interval = \"1h\"\n"
        "command = \"true\"\n";
    folder.write("jobs.toml", kept + "[jobs.gone]\ninterval = \"1h\"\ncommand = \"true\"\n");
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "100ms"}).exit_code, 0);
    ASSERT_TRUE(job_on_record(folder, "gone").is_object());
    folder.write("jobs.toml", kept);
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "100ms"}).exit_code, 0);
    EXPECT_TRUE(job_on_record(folder, "gone").is_null());
    EXPECT_TRUE(job_on_record(folder, "kept").is_object());
}

TEST(ProgramRun, AnInstantThatPassedWhileItWasDownIsCaughtUp) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.steady]\n"
                 "interval = \"2s\"\n"
                 "command = \"true\"\n");
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "100ms"}).exit_code, 0);
    ASSERT_TRUE(runs_on_record(folder).empty());
    const Instant due =
        parse_instant(job_on_record(folder, "steady").find("next_run_time")->as_text());
    ASSERT_TRUE(becomes_true([&] { return std::chrono::system_clock::now() > due; }));
    ASSERT_EQ(run_program(folder, {"run", "jobs.toml", "--for", "500ms"}).exit_code, 0);
    EXPECT_TRUE(has_run(folder, "steady", "succeeded"));
}

TEST(ProgramRun, AJobForEachStartRunsOnceAtEachStart) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.boot]\n"
                 "crontab = \"@reboot\"\n"
                 "command = \"echo x >> starts\"\n");
    for (const char* starts : {"x\n", "x\nx\n"}) {
        const Outcome outcome = run_program(folder, {"run", "jobs.toml", "--for", "500ms"});
        EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
        EXPECT_EQ(folder.read("starts"), starts);
    }
}

TEST(ProgramRun, RereadsTheFileOnSighup) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.first]\n"
                 "interval = \"1s\"\n"
                 "command = \"touch first\"\n");
    Program program(folder, {"run", "jobs.toml"});
    ASSERT_TRUE(becomes_true([&] { return folder.has("first"); })) << program.errors();
    folder.write("jobs.toml",
                 "[jobs.second]\n"
                 "interval = \"1s\"\n"
                 "command = \"touch second\"\n");
    program.send(SIGHUP);
    EXPECT_TRUE(becomes_true([&] { return folder.has("second"); })) << program.errors();
    EXPECT_TRUE(job_on_record(folder, "first").is_null());
    program.send(SIGTERM);
    EXPECT_EQ(program.wait(), 0) << program.errors();
}

TEST(ProgramRun, KeepsItsJobsWhenTheFileThatItRereadsIsWrong) {
    const Folder folder;
    folder.write("jobs.toml",
                 "[jobs.steady]\n"
                 "interval = \"1s\"\n"
                 "command = \"echo x >> steps\"\n");
    Program program(folder, {"run", "jobs.toml"});
    ASSERT_TRUE(becomes_true([&] { return folder.has("steps"); })) << program.errors();
    folder.write("jobs.toml",
                 "[jobs.steady]\n"
                 "interval = \"soon\"\n"
                 "command = \"true\"\n");
    program.send(SIGHUP);
    EXPECT_TRUE(becomes_true([&] {
        return (program.output() + program.errors()).find("jobs.toml:2") != std::string::npos;
    })) << program.output()
        << program.errors();
    const std::size_t steps = folder.read("steps").size();
    EXPECT_TRUE(becomes_true([&] { return folder.read("steps").size() > steps; }));
    program.send(SIGTERM);
    EXPECT_EQ(program.wait(), 0);
}

}  // namespace
}  // namespace punctual::program_testing
