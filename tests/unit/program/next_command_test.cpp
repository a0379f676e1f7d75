#include "next_command.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "next_lines.hpp"

namespace punctual::program {
namespace {

struct Outcome {
    int exit_code;
    std::string out;
    std::string errors;
};

Outcome run(const NextOptions& options, const std::string& input = {}) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream errors;
    const int exit_code = run_next(options, in, out, errors);
    return {exit_code, out.str(), errors.str()};
}

TEST(NextCommand, PrintsOneLineForEachInstantFromTheTimeOn) {
    const Outcome outcome =
        run({.crontab = "30 2 * * *", .from = "2025-01-01T02:30:00Z", .count = 2});
    EXPECT_EQ(outcome.out, "2025-01-01T02:30:00+00:00\n2025-01-02T02:30:00+00:00\n");
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(outcome.errors, "");
}

TEST(NextCommand, LeavesOutTheTimeItselfAfterIt) {
    EXPECT_EQ(run({.crontab = "30 2 * * *", .after = "2025-01-01T02:30:00Z", .count = 1}).out,
              "2025-01-02T02:30:00+00:00\n");
}

TEST(NextCommand, TakesFieldsByName) {
    EXPECT_EQ(run({.cron = "day_of_week=mon-fri hour=9", .from = "2025-01-04", .count = 1}).out,
              "2025-01-06T09:00:00+00:00\n");
    EXPECT_EQ(run({.cron = "day=last fri  hour=9", .from = "2025-01-04", .count = 1}).out,
              "2025-01-31T09:00:00+00:00\n");
}

TEST(NextCommand, ReadsAndPrintsTimesInTheTriggersZone) {
    const Outcome outcome =
        run({.trigger = R"({"type":"calendar_interval","days":1,"timezone":"Europe/Berlin"})",
             .timezone = "Asia/Tokyo",
             .from = "2025-01-01 00:00",
             .count = 1});
    EXPECT_EQ(outcome.out, "2025-01-01T00:00:00+01:00\n");
    EXPECT_EQ(
        run({.cron = "hour=9", .timezone = "Asia/Tokyo", .from = "2025-01-01", .count = 1}).out,
        "2025-01-01T09:00:00+09:00\n");
}

TEST(NextCommand, SaysWhyThePolicyMovedAnInstant) {
    const NextOptions spring{
        .crontab = "30 2 * * *", .timezone = "Europe/Berlin", .from = "2025-03-30", .count = 1};
    EXPECT_EQ(run(spring).out,
              "2025-03-30T03:00:00+02:00  clock went forward; 02:30 does not exist\n");
    NextOptions skipping = spring;
    skipping.dst = "skip";
    EXPECT_EQ(run(skipping).out, "2025-03-31T02:30:00+02:00\n");
}

TEST(NextCommand, TakesTheStartForNow) {
    EXPECT_EQ(
        run({.trigger = R"({"type":"interval","hours":2})", .from = "2025-01-01", .count = 1}).out,
        "2025-01-01T02:00:00+00:00\n");
    EXPECT_EQ(run({.trigger = R"({"type":"date"})", .from = "2025-01-01"}).out,
              "2025-01-01T00:00:00+00:00\n");
}

TEST(NextCommand, PrintsFewerLinesWhereTheSetEnds) {
    EXPECT_EQ(
        run({.trigger = R"({"type":"date","run_date":"2020-01-01"})", .from = "2025-01-01"}).out,
        "");
}

TEST(NextCommand, SaysInOneLineWhatIsWrong) {
    for (const NextOptions& wrong : {
             NextOptions{.crontab = "61 * * * *"},
             NextOptions{.crontab = ""},
             NextOptions{.cron = "hour=25"},
             NextOptions{.cron = "hour=1 hour=2"},
             NextOptions{.cron = "noon"},
             NextOptions{.trigger = "{"},
             NextOptions{.trigger = R"({"type":"interval","hours":0})"},
             NextOptions{.crontab = "* * * * *", .timezone = "Europe/Atlantis"},
             NextOptions{.crontab = "* * * * *", .from = "soon"},
             NextOptions{},
         }) {
        const Outcome outcome = run(wrong);
        EXPECT_EQ(outcome.exit_code, 2);
        EXPECT_EQ(outcome.out, "");
        EXPECT_TRUE(outcome.errors.starts_with("punctual next: ")) << outcome.errors;
        EXPECT_EQ(outcome.errors.find('\n'), outcome.errors.size() - 1) << outcome.errors;
    }
}

TEST(NextCommand, TellsABoundedSearchFromABadTrigger) {
    const Outcome outcome =
        run({.trigger = R"({"type":"except","trigger":{"type":"interval","hours":1},)"
                        R"("triggers":[{"type":"interval","hours":1}]})",
             .from = "2025-01-01"});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_NE(outcome.errors.find("SearchLimit"), std::string::npos) << outcome.errors;
}

TEST(NextLines, AnswersEachRequestInOrder) {
    const Outcome outcome =
        run({.jsonl = true},
            R"({"id":"a","trigger":{"type":"interval","hours":1},"from":"2025-01-01","count":2})"
            "\n"
            R"({"id":"b","trigger":{"type":"date"},"after":"2025-01-01","count":2})"
            "\n");
    EXPECT_EQ(outcome.out,
              "{\"id\":\"a\",\"times\":[\"2025-01-01T01:00:00Z\",\"2025-01-01T02:00:00Z\"]}\n"
              "{\"id\":\"b\",\"times\":[]}\n");
    EXPECT_EQ(outcome.exit_code, 0);
}

std::string answer(const std::string& request) {
    return answer_line(request, TimeZone::utc());
}

TEST(NextLines, WritesInstantsInUtcWithTheFractionsThatTheyHave) {
    EXPECT_EQ(
        answer(R"({"id":1,"trigger":{"type":"interval","seconds":0.5,"start_date":"2025-01-01",)"
               R"("timezone":"Asia/Tokyo"},"from":"2025-01-01T00:00:00Z","count":2})"),
        R"({"id":1,"times":["2025-01-01T00:00:00Z","2025-01-01T00:00:00.5Z"]})");
}

TEST(NextLines, GoesOnAfterALineThatIsWrong) {
    const Outcome outcome =
        run({.jsonl = true},
            "nonsense\n\n[1]\n"
            R"({"id":"a","trigger":{"type":"interval","hours":1},"from":"2025-01-01","count":0})");
    std::istringstream lines(outcome.out);
    std::string line;
    for (int i = 0; i < 3; ++i) {
        std::getline(lines, line);
        EXPECT_TRUE(line.starts_with(R"({"id":null,"error":")")) << line;
    }
    std::getline(lines, line);
    EXPECT_EQ(line, R"({"id":"a","times":[]})");
    EXPECT_EQ(outcome.exit_code, 0);
}

TEST(NextLines, NamesWhatIsWrongInARequest) {
    EXPECT_EQ(answer(R"({"id":"a"})"), R"({"id":"a","error":"request: trigger is missing"})");
    EXPECT_EQ(answer(R"({"id":"a","trigger":{"type":"date"},"count":-1})"),
              R"({"id":"a","error":"request: count is -1; a whole number from 0 to 1000000 is )"
              R"(needed"})");
    EXPECT_EQ(answer(R"({"id":"a","trigger":{"type":"date"},"from":5})"),
              R"({"id":"a","error":"request: from is 5; text such as )"
              R"(\"2025-03-29T00:00:00Z\" is needed"})");
    EXPECT_EQ(
        answer(R"({"id":"a","trigger":{"type":"date"},"from":"2025-01-01","after":"2025-01-01"})"),
        R"({"id":"a","error":"request: from and after are both given; give one of them"})");
    EXPECT_EQ(answer(R"({"id":"a","trigger":{"type":"interval","hours":"2"},"from":"2025-01-01"})"),
              R"({"id":"a","error":"interval: hours is \"2\"; a number is needed"})");
}

}  // namespace
}  // namespace punctual::program
