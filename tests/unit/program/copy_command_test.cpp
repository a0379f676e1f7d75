#include <punctual/testing/store_contract/fixture.hpp>
#include <punctual/testing/testing_scheduler.hpp>
#include <punctual/triggers/interval.hpp>

#include <gmock/gmock.h>

#include <sstream>

#include "contract/temporary_folder.hpp"
#include "copy_command.hpp"

namespace punctual::program {
namespace {

const auto note = task("copy_command_test.note", [](int) {});

struct Outcome {
    int exit_code;
    std::string out;
    std::string errors;
};

class CopyCommand : public ::testing::Test {
protected:
    Outcome copy(ExistingJobs existing = ExistingJobs::refuse) {
        return copy_between(url_of("from.sqlite"), url_of("to.sqlite"), existing);
    }
    Outcome copy_between(const std::string& from, const std::string& to,
                         ExistingJobs existing = ExistingJobs::refuse) {
        std::ostringstream out;
        std::ostringstream errors;
        const int exit_code = run_copy({.from = from, .to = to, .existing = existing},
                                       parse_instant("2025-01-01T00:00:00Z"), out, errors);
        return {exit_code, out.str(), errors.str()};
    }
    [[nodiscard]] std::string url_of(const std::string& file) {
        return sqlite(folder_.file(file)).url();
    }
    [[nodiscard]] SchedulerOptions on(const std::string& file) {
        return {.stores = {{"default", StoreSpec(url_of(file))}}};
    }
    void add_jobs(const std::string& file, int count) {
        punctual::testing::TestingScheduler scheduler(on(file));
        scheduler.start();
        for (int i = 0; i < count; ++i) {
            scheduler.add_job(note(i), interval(1h), {.id = std::to_string(i)});
        }
    }

    contract::TemporaryFolder folder_;
};

TEST_F(CopyCommand, CopiesEveryJob) {
    add_jobs("from.sqlite", 1200);
    const Outcome outcome = copy();
    EXPECT_EQ(outcome.errors, "");
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(outcome.out, "copied from " + url_of("from.sqlite") + " to " + url_of("to.sqlite") +
                               ": 1200 added, 0 replaced, 0 kept\n");
    punctual::testing::TestingScheduler scheduler(on("to.sqlite"));
    scheduler.start();
    EXPECT_EQ(scheduler.get_jobs().size(), 1200u);
}

TEST_F(CopyCommand, SaysWhatBecameOfJobsThatExist) {
    add_jobs("from.sqlite", 3);
    add_jobs("to.sqlite", 2);
    const Outcome refused = copy();
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.errors.find("there is a job \"0\" in "), std::string::npos) << refused.errors;
    EXPECT_NE(copy(ExistingJobs::keep).out.find("1 added, 0 replaced, 2 kept"), std::string::npos);
    EXPECT_NE(copy(ExistingJobs::replace).out.find("0 added, 3 replaced, 0 kept"),
              std::string::npos);
}

TEST_F(CopyCommand, TellsOfRunsThatItLeavesBehind) {
    add_jobs("from.sqlite", 2);
    {
        // A scheduler that is killed after it claimed what is due.
        const auto store = StoreSpec(url_of("from.sqlite")).make();
        store->open({.access = StoreAccess::schedule, .history = {}, .now = contract::begin});
        contract::DecideBy decider([](const JobRecord& job, Decision& decision) {
            contract::run_once(job, decision);
            decision.runs.push_back(decision.runs.front());
        });
        const ClaimRequest request{"default", 10};
        StoreResult result;
        store->process({.now = parse_instant("2100-01-01T00:00:00Z"),
                        .claims = std::span(&request, 1),
                        .decider = &decider},
                       result);
        ASSERT_EQ(result.claimed.size(), 4u);
        StoreResult settled;
        Settlement end = contract::succeed(result.claimed.back(), contract::begin);
        end.ends_group = false;
        store->process({.now = contract::begin, .settlements = std::span(&end, 1)}, settled);
        store->close();
    }
    const Outcome outcome = copy();
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_NE(outcome.out.find("2 added"), std::string::npos) << outcome.out;
    const std::string begin = "punctual copy: the job \"";
    const std::string end = " without an outcome behind in " + url_of("from.sqlite") + ": ";
    const std::string instant = "2025-01-01T01:00:00Z";
    EXPECT_EQ(outcome.errors, begin + "0\" leaves 2 runs" + end + "1 of " + instant + ", 2 of " +
                                  instant + " (not started)\n" + begin + "1\" leaves 1 run" + end +
                                  "3 of " + instant + "\n");
}

TEST_F(CopyCommand, RefusesAStoreThatASchedulerUses) {
    add_jobs("from.sqlite", 1);
    punctual::testing::TestingScheduler scheduler(on("from.sqlite"));
    scheduler.start();
    const Outcome outcome = copy();
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_NE(outcome.errors.find("from.sqlite"), std::string::npos) << outcome.errors;
}

TEST_F(CopyCommand, RefusesWhatIsNoStore) {
    EXPECT_EQ(copy().exit_code, 1) << "there is no source";
    EXPECT_FALSE(std::filesystem::exists(folder_.file("from.sqlite")));
    EXPECT_EQ(copy_between("memory://", url_of("to.sqlite")).exit_code, 2);
    EXPECT_EQ(copy_between(url_of("from.sqlite"), "jobs").exit_code, 2);
    EXPECT_EQ(copy_between(url_of("from.sqlite"), url_of("from.sqlite")).exit_code, 2);
}

}  // namespace
}  // namespace punctual::program
