// Jobs out of a scheduler as lines of JSON, and into another.

#include <sstream>

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

std::vector<std::string> greeted;
const auto greet = task("transfer_test.greet", [](std::string name) { greeted.push_back(name); });

class Transfer : public SchedulerTest {
protected:
    Transfer() {
        greeted.clear();
        scheduler.start();
    }
    [[nodiscard]] std::string exported() {
        std::ostringstream lines;
        scheduler.export_jobs(lines);
        return lines.str();
    }
    Transferred import_from(const std::string& lines, const ImportOptions& options = {}) {
        std::istringstream in(lines);
        return scheduler.import_jobs(in, options);
    }
    [[nodiscard]] std::string refusal_of(const std::string& lines) {
        return message_of<SerializationError>([&] { import_from(lines); });
    }
};

TEST_F(Transfer, AJobIsOneLineOfJson) {
    scheduler.add_job(greet("Ada"), interval(10s), {.id = "hello", .max_instances = 3});
    EXPECT_EQ(exported(),
              R"({"id":"hello","task":"transfer_test.greet","arguments":["Ada"],)"
              R"("trigger":{"type":"interval","seconds":10},)"
              R"("options":{"name":"","executor":"default","misfire_grace_time":null,)"
              R"("max_instances":3,"max_catch_up":100,"coalesce":true,"on_lost":"record"},)"
              R"("added_at":"2025-01-01T00:00:00Z","state":"active",)"
              R"("next_run_time":"2025-01-01T00:00:10Z","due":"2025-01-01T00:00:10Z",)"
              R"("last_run_time":"2024-12-31T23:59:59.999999Z"})"
              "\n");
}

TEST_F(Transfer, JobsGoOnWhereTheyWere) {
    scheduler.add_job(greet("Ada"), interval(10s), {.id = "overdue", .coalesce = false});
    scheduler.add_job(greet("Bob"), interval(10s), {.id = "paused", .paused = true});
    scheduler.run_until(second(15));
    const std::string lines = exported();
    scheduler.remove_all_jobs();
    scheduler.run_until(second(35));
    EXPECT_EQ(import_from(lines), (Transferred{.added = 2}));
    scheduler.run_pending();
    EXPECT_EQ(greeted.size(), 3u) << "10, and 20 and 30 caught up";
    EXPECT_EQ(scheduler.get_job("paused").state(), JobState::paused);
    EXPECT_EQ(scheduler.get_job("overdue").next_run_time(), second(40)) << "in step as before";
    EXPECT_FALSE(scheduler.get_job("overdue").settings().coalesce);
}

TEST_F(Transfer, TellsOfTheJobsThatCome) {
    scheduler.add_job(greet("Ada"), interval(10s), {.id = "hello"});
    const std::string lines = exported();
    events.clear();
    import_from(lines, {.existing = ExistingJobs::replace});
    scheduler.remove_job("hello");
    import_from(lines);
    EXPECT_THAT(events.kinds(), ElementsAre("job_modified", "job_removed", "job_added"));
}

TEST_F(Transfer, AnExistingJobIsRefusedKeptOrReplaced) {
    scheduler.add_job(greet("Ada"), interval(10s), {.id = "hello"});
    const std::string lines = exported();
    scheduler.modify_job("hello", {.max_instances = 7});
    EXPECT_THAT(message_of<ConflictingIdError>([&] { import_from(lines); }), HasSubstr("hello"));
    EXPECT_EQ(import_from(lines, {.existing = ExistingJobs::keep}), (Transferred{.kept = 1}));
    EXPECT_EQ(scheduler.get_job("hello").settings().max_instances, 7);
    EXPECT_EQ(import_from(lines, {.existing = ExistingJobs::replace}),
              (Transferred{.replaced = 1}));
    EXPECT_EQ(scheduler.get_job("hello").settings().max_instances, 1);
}

TEST_F(Transfer, AReplacedJobKeepsItsRuns) {
    scheduler.add_job(greet("Ada"), interval(10s), {.id = "hello", .executor = "held"});
    const std::string lines = exported();
    scheduler.run_until(second(10));
    import_from(lines, {.existing = ExistingJobs::replace});
    EXPECT_EQ(scheduler.get_job("hello").running(), 1);
    finish_held();
    scheduler.run_pending();
    EXPECT_EQ(greeted.size(), 1u);
}

TEST_F(Transfer, ALineThatIsWrongIsNamed) {
    scheduler.add_job(greet("Ada"), interval(10s), {.id = "hello"});
    const std::string line = exported();
    scheduler.remove_all_jobs();
    EXPECT_THAT(refusal_of("\n{\"id\":"), HasSubstr("line 2: "));
    EXPECT_THAT(refusal_of("{\"id\":\"a\"}"), HasSubstr("line 1: member \"arguments\" is missing"));
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string changed = line;
        changed.replace(changed.find(from), from.size(), to);
        return refusal_of(changed);
    };
    EXPECT_THAT(with("\"active\"", "\"busy\""), HasSubstr("member \"state\" is \"busy\""));
    EXPECT_THAT(with("\"2025-01-01T00:00:10Z\"", "\"soon\""), HasSubstr("\"next_run_time\""));
    EXPECT_THAT(with("\"state\"", "\"stat\""), HasSubstr("member \"stat\" is not known"));
    EXPECT_TRUE(scheduler.get_jobs().empty());
}

TEST_F(Transfer, AJobWhoseTaskIsUnknownComesAlongAndSaysSo) {
    scheduler.add_job(greet("Ada"), interval(10s), {.id = "hello"});
    std::string line = exported();
    scheduler.remove_all_jobs();
    line.replace(line.find("transfer_test.greet"), 19, "transfer_test.other");
    import_from(line);
    EXPECT_THAT(scheduler.get_job("hello").fault(), HasSubstr("transfer_test.other"));
    std::ostringstream listed;
    scheduler.print_jobs(listed);
    EXPECT_THAT(listed.str(), HasSubstr(", cannot run: "));
    EXPECT_EQ(exported(), line) << "as it came";
}

TEST_F(Transfer, AJobWithoutANamedTaskCannotBeExported) {
    scheduler.add_job(note(), interval(10s), {.id = "nameless"});
    EXPECT_THAT(message_of<SerializationError>([&] { static_cast<void>(exported()); }),
                HasSubstr("nameless"));
}

TEST_F(Transfer, AJobOfAnUnknownExecutorIsRefused) {
    scheduler.add_job(greet("Ada"), interval(10s), {.id = "hello", .executor = "held"});
    const std::string line = exported();
    scheduler.remove_all_jobs();
    scheduler.remove_executor("held");
    EXPECT_THROW(import_from(line), UnknownExecutorError);
}

TEST_F(Transfer, OnlyAStartedSchedulerTransfersJobs) {
    scheduler.shutdown();
    EXPECT_THROW(static_cast<void>(exported()), SchedulerNotRunningError);
    EXPECT_THROW(import_from(""), SchedulerNotRunningError);
}

TEST_F(Transfer, CopiesAThousandJobsBetweenStores) {
    scheduler.add_store("other", memory());
    std::vector<JobRequest> requests;
    for (int i = 0; i < 1234; ++i) {
        requests.push_back({greet("Ada"), interval(10s), {.id = std::to_string(i)}});
    }
    scheduler.add_jobs(std::move(requests));
    EXPECT_EQ(import_from(exported(), {.store = "other"}).added, 1234u);
    EXPECT_EQ(scheduler.get_jobs("other").size(), 1234u);
}

}  // namespace
}  // namespace punctual::testing
