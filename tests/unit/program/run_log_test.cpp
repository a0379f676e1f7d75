#include "run_log.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

namespace punctual::program {
namespace {

/// What a log in Berlin writes.
std::string written(LogForm form, const std::function<void(RunLog&)>& tell) {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* file = open_memstream(&text, &size);
    {
        RunLog log(form, "Europe/Berlin", file);
        log.set_job_width(6);
        tell(log);
    }
    std::fclose(file);
    std::string result(text, size);
    std::free(text);
    return result;
}

RunEndEvent run_of(const std::string& job, Duration length, const std::string& output) {
    RunEndEvent event;
    event.job_id = job;
    event.scheduled = parse_instant("2025-01-01T09:00:00Z");
    event.started = event.scheduled;
    event.finished = event.scheduled + length;
    event.at = event.finished;
    event.output = output;
    return event;
}

TEST(RunLog, WritesOneAlignedLineForEachRun) {
    EXPECT_EQ(written(LogForm::text,
                      [](RunLog& log) {
                          log.tell(run_of("a", 85ms, "fine\n"), RunState::succeeded, "");
                          log.tell(run_of("backup", 75s, ""), RunState::succeeded, "");
                      }),
              "2025-01-01 10:00:00  a       succeeded     85ms\n"
              "2025-01-01 10:01:15  backup  succeeded   1m 15s\n");
}

TEST(RunLog, ShowsTheReasonAndTheFirstLineOfOutputOfAFailure) {
    EXPECT_EQ(written(LogForm::text,
                      [](RunLog& log) {
                          log.tell(run_of("a", 1s, "\nno disk\nat all\n"), RunState::failed,
                                   "exit code 3");
                      }),
              "2025-01-01 10:00:01  a       failed        1.0s  exit code 3: no disk\n");
}

TEST(RunLog, KeepsTheControlCharactersOfAJobFromTheTerminal) {
    const std::string text = written(LogForm::text, [](RunLog& log) {
        log.tell(run_of("a", 1s, "\x1b[2Jgone"), RunState::failed, "exit code 3");
    });
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
}

TEST(RunLog, SaysWhichInstantsDidNotRunAndWhy) {
    NotRunEvent event;
    event.job_id = "a";
    event.at = parse_instant("2025-01-01T12:00:00Z");
    event.first = parse_instant("2025-01-01T09:00:00Z");
    event.last = parse_instant("2025-01-01T11:00:00Z");
    event.count = 3;
    event.reason = "coalesced";
    EXPECT_EQ(written(LogForm::text, [&](RunLog& log) { log.tell(event, RunState::skipped); }),
              "2025-01-01 13:00:00  a       skipped          -  3 runs from 2025-01-01 10:00:00 to "
              "2025-01-01 12:00:00: coalesced\n");
    EXPECT_EQ(written(LogForm::json, [&](RunLog& log) { log.tell(event, RunState::skipped); }),
              R"({"event":"not_run","time":"2025-01-01T12:00:00Z","job":"a",)"
              R"("scheduled":"2025-01-01T09:00:00Z","until":"2025-01-01T11:00:00Z","count":3,)"
              R"("outcome":"skipped","reason":"coalesced"})"
              "\n");
}

TEST(RunLog, WritesOneObjectForEachRunForMachines) {
    EXPECT_EQ(written(LogForm::json,
                      [](RunLog& log) {
                          log.tell(run_of("a", 1s, "no\ndisk"), RunState::failed, "exit code 3");
                      }),
              R"({"event":"run","time":"2025-01-01T09:00:01Z","job":"a",)"
              R"("scheduled":"2025-01-01T09:00:00Z","started":"2025-01-01T09:00:00Z",)"
              R"("finished":"2025-01-01T09:00:01Z","outcome":"failed","attempt":1,)"
              R"("reason":"exit code 3","output":"no\ndisk"})"
              "\n");
}

}  // namespace
}  // namespace punctual::program
