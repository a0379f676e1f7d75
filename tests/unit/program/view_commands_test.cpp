#include <punctual/testing/testing_scheduler.hpp>
#include <punctual/triggers/crontab.hpp>
#include <punctual/triggers/interval.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "contract/temporary_folder.hpp"
#include "jobs_command.hpp"
#include "runs_command.hpp"

namespace punctual::program {
namespace {

const auto greet = task("view_commands_test.greet", [](RunContext& run, const std::string& name) {
    if (name == "nobody") throw std::runtime_error("there is nobody\nat all");
    run.set_output("hello " + name + "\nand good bye");
});

struct Outcome {
    int exit_code;
    std::string out;
    std::string errors;
};

using ViewCommand = int (*)(const ViewOptions&, Instant, std::ostream&, std::ostream&);

/// A scheduler from 2025-01-01 on whose jobs are on disk, and commands that look at them meanwhile.
class ViewCommands : public ::testing::Test {
protected:
    Outcome view(ViewCommand command, ViewOptions options) {
        options.store = url_;
        std::ostringstream out;
        std::ostringstream errors;
        const int exit_code = command(options, scheduler_.now(), out, errors);
        return {exit_code, out.str(), errors.str()};
    }

    contract::TemporaryFolder folder_;
    std::string name_ = sqlite(folder_.file("jobs.sqlite")).url();
    std::string url_ = name_ + "?synchronous=normal";
    punctual::testing::TestingScheduler scheduler_{{.stores = {{"default", StoreSpec(url_)}}}};
};

using JobsCommand = ViewCommands;
using RunsCommand = ViewCommands;

TEST_F(JobsCommand, ListsWhatIsNextFirstAndPausedJobsLast) {
    scheduler_.start();
    scheduler_.add_job(greet("a"), interval(1h), {.id = "still", .paused = true});
    scheduler_.add_job(greet("b"), crontab("30 2 * * *", {.timezone = "Europe/Berlin"}),
                       {.id = "nightly"});
    scheduler_.add_job(greet("c"), interval(30s), {.id = "often"});
    const Outcome outcome = view(run_jobs, {});
    EXPECT_EQ(outcome.out,
              "JOB      NEXT RUN                        RUNNING  TRIGGER\n"
              "often    Wed 2025-01-01 00:00:30 +00:00           every 30 seconds\n"
              "nightly  Wed 2025-01-01 02:30:00 +01:00           at 02:30, every day, "
              "Europe/Berlin\n"
              "still    paused                                   every hour\n");
    EXPECT_EQ(outcome.errors, "");
    EXPECT_EQ(outcome.exit_code, 0);
}

TEST_F(JobsCommand, ShowsTimesInTheZoneThatIsGiven) {
    scheduler_.start();
    scheduler_.add_job(greet("a"), interval(1h), {.id = "a"});
    EXPECT_NE(view(run_jobs, {.timezone = "Asia/Tokyo"}).out.find("2025-01-01 10:00:00 +09:00"),
              std::string::npos);
    const Outcome wrong = view(run_jobs, {.timezone = "Asia/Atlantis"});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_NE(wrong.errors.find("Asia/Atlantis"), std::string::npos) << wrong.errors;
}

TEST_F(JobsCommand, GivesOneObjectALine) {
    scheduler_.start();
    scheduler_.add_job(greet("a"), interval(1h), {.id = "a"});
    const Outcome outcome = view(run_jobs, {.json = true});
    EXPECT_EQ(outcome.out,
              R"({"id":"a","name":"view_commands_test.greet","state":"active",)"
              R"("next_run_time":"2025-01-01T01:00:00Z","due":"2025-01-01T01:00:00Z","running":0,)"
              R"("trigger":{"type":"interval","hours":1},"description":"every hour",)"
              R"("task":"view_commands_test.greet","arguments":["a"],"executor":"default"})"
              "\n");
}

TEST_F(JobsCommand, ShowsOneJobOrAsManyAsAreAskedFor) {
    scheduler_.start();
    for (const char* id : {"a", "b", "c"}) {
        scheduler_.add_job(greet("a"), interval(1h), {.id = id});
    }
    const auto lines = [&](const ViewOptions& options) {
        return std::ranges::count(view(run_jobs, options).out, '\n');
    };
    EXPECT_EQ(lines({.json = true}), 3);
    EXPECT_EQ(lines({.limit = 2, .json = true}), 2);
    EXPECT_EQ(lines({.job = "b", .json = true}), 1);
    const Outcome missing = view(run_jobs, {.job = "d"});
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_EQ(missing.errors, "punctual jobs: no job \"d\" in " + name_ + "\n");
}

TEST_F(RunsCommand, ListsRunsNewestFirstWithTheirFirstLines) {
    scheduler_.start();
    scheduler_.add_job(greet("world"), interval(1h), {.id = "good"});
    scheduler_.add_job(greet("nobody"), interval(90min), {.id = "bad"});
    scheduler_.run_for(100min);
    const Outcome outcome = view(run_runs, {});
    EXPECT_EQ(outcome.out,
              "JOB   SCHEDULED (UTC)      OUTCOME    TOOK  DETAILS\n"
              "bad   2025-01-01 01:30:00  failed     0ms   there is nobody at all\n"
              "good  2025-01-01 01:00:00  succeeded  0ms   hello world\n");
    EXPECT_EQ(outcome.exit_code, 0);
}

TEST_F(RunsCommand, GivesOneObjectALine) {
    scheduler_.start();
    scheduler_.add_job(greet("world"), interval(1h), {.id = "good"});
    scheduler_.run_for(1h);
    EXPECT_EQ(view(run_runs, {.json = true}).out,
              R"({"job":"good","scheduled":"2025-01-01T01:00:00Z","due":"2025-01-01T01:00:00Z",)"
              R"("started":"2025-01-01T01:00:00Z","finished":"2025-01-01T01:00:00Z",)"
              R"("outcome":"succeeded","attempt":1,"reason":"",)"
              R"("output":"hello world\nand good bye"})"
              "\n");
}

TEST_F(RunsCommand, ARangeThatDidNotRunIsOneObjectAndOneRow) {
    scheduler_.start();
    scheduler_.add_job(greet("world"), interval(1h), {.id = "good"});
    scheduler_.clock().set(parse_instant("2025-01-01T05:00:00Z"));
    scheduler_.run_pending();
    const std::string json = view(run_runs, {.json = true}).out;
    EXPECT_NE(json.find(R"({"job":"good","scheduled":"2025-01-01T01:00:00Z",)"
                        R"("until":"2025-01-01T04:00:00Z","count":4,"outcome":"skipped",)"
                        R"("reason":"coalesced"})"
                        "\n"),
              std::string::npos)
        << json;
    const std::string table = view(run_runs, {.timezone = "Europe/Berlin"}).out;
    EXPECT_NE(table.find("good  2025-01-01 02:00:00        skipped          4 times until "
                         "2025-01-01 05:00:00; coalesced\n"),
              std::string::npos)
        << table;
}

TEST_F(RunsCommand, ShowsOneJobAndGoesOnBeyondAPage) {
    scheduler_.start();
    scheduler_.add_job(greet("world"), interval(1min), {.id = "often"});
    scheduler_.add_job(greet("world"), interval(1h), {.id = "seldom"});
    scheduler_.run_for(12h);
    const auto lines = [&](const ViewOptions& options) {
        return std::ranges::count(view(run_runs, options).out, '\n');
    };
    EXPECT_EQ(lines({.json = true}), 100);
    EXPECT_EQ(lines({.limit = 700, .json = true}), 700);
    EXPECT_EQ(lines({.job = "often", .limit = 10'000, .json = true}), 720);
    EXPECT_EQ(lines({.job = "seldom", .limit = 10'000, .json = true}), 12);
    EXPECT_EQ(lines({.job = "never", .json = true}), 0);
}

Outcome view_url(const char* url) {
    std::ostringstream out;
    std::ostringstream errors;
    const int exit_code = run_runs({.store = url}, Instant(), out, errors);
    return {exit_code, out.str(), errors.str()};
}

TEST(ViewedStore, MustBeThere) {
    const Outcome outcome = view_url("sqlite:////nowhere/jobs.sqlite");
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(outcome.errors, "punctual runs: there is no store sqlite:////nowhere/jobs.sqlite\n");
}

TEST(ViewedStore, IsNotInTheMemoryOfThisProcess) {
    const Outcome outcome = view_url("memory://");
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_NE(outcome.errors.find("jobs in memory are seen by their own process only"),
              std::string::npos)
        << outcome.errors;
}

TEST(ViewedStore, HasAUrl) {
    const Outcome outcome = view_url("jobs.sqlite");
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_NE(outcome.errors.find("sqlite:///jobs.sqlite"), std::string::npos) << outcome.errors;
}

}  // namespace
}  // namespace punctual::program
