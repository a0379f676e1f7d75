// Pools of processes in a scheduler, beside each other and beside threads.
#include "integration/commands/fifo.hpp"

#include <punctual/punctual.hpp>
#include <punctual/stores/store.hpp>
#include <punctual/testing/testing_scheduler.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <csignal>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <unistd.h>

namespace punctual::testing {
namespace {

using ::testing::HasSubstr;

const auto where = task("where", [] { return static_cast<std::int64_t>(::getpid()); });
const auto crash = task("crash", [] { std::raise(SIGKILL); });
const auto add = task("add", [](int a, int b) { return a + b; });
const auto until_stopped = task("until_stopped", [](RunContext& run, std::string fifo) {
    std::ofstream(fifo) << "begun\n";
    while (!run.stop_requested()) ::usleep(100);
    throw RunCancelled("on request");
});

const auto tell_progress = task("tell_progress", [](RunContext& run) {
    for (const double fraction : {0.25, 0.5, 0.75}) run.progress(fraction);
});

const auto hang_for_ever = task("hang_for_ever", [](std::string fifo) {
    std::ofstream(fifo) << "begun\n";
    for (;;) ::pause();
});

// Keeps how the runs of each job ended.
class Outcomes {
public:
    explicit Outcomes(Scheduler& scheduler) {
        scheduler.on<JobExecuted>(
            [this](const JobExecuted& event) { note(event.job_id, "succeeded", event.result); });
        scheduler.on<JobError>(
            [this](const JobError& event) { note(event.job_id, event.reason, {}); });
        scheduler.on<JobCancelled>(
            [this](const JobCancelled& event) { note(event.job_id, event.reason, {}); });
    }
    std::pair<std::string, Value> wait_for(const std::string& job) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_.contains(job); });
        return ended_.at(job);
    }

private:
    void note(const std::string& job, const std::string& how, const Value& result) {
        const std::lock_guard lock(mutex_);
        ended_[job] = {how, result};
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::pair<std::string, Value>> ended_;
};

class ProcessPoolScheduler : public ::testing::Test {
protected:
    void start() {
        scheduler.configure({
            .stores = {{"default", store}},
            .executors = {{"default", thread_pool(2)},
                          {"processes", process_pool(2)},
                          {"others", process_pool(1, {.max_runs_per_worker = 1})}},
        });
        scheduler.start();
    }
    std::string error_of_adding(Call call) {
        try {
            scheduler.add_job(std::move(call), {.executor = "processes"});
            return "no error";
        } catch (const ExecutorError& error) {
            return error.what();
        }
    }

    StoreSpec store = memory();
    BackgroundScheduler scheduler;
    Outcomes outcomes{scheduler};
};

TEST_F(ProcessPoolScheduler, EachJobRunsWhereItSays) {
    start();
    scheduler.add_job(where(), {.id = "threads"});
    scheduler.add_job(where(), {.id = "processes", .executor = "processes"});
    scheduler.add_job(where(), {.id = "others", .executor = "others"});
    const Value here = std::int64_t{::getpid()};
    EXPECT_EQ(outcomes.wait_for("threads").second, here);
    EXPECT_NE(outcomes.wait_for("processes").second, here);
    EXPECT_NE(outcomes.wait_for("others").second, here);
    EXPECT_NE(outcomes.wait_for("processes").second, outcomes.wait_for("others").second);
}

TEST_F(ProcessPoolScheduler, ACrashIsAFailureOfItsJob) {
    start();
    scheduler.add_job(crash(), {.id = "crash", .executor = "processes"});
    EXPECT_EQ(outcomes.wait_for("crash").first, "killed by signal 9 (SIGKILL)");
    scheduler.add_job(add(1, 2), {.id = "add", .executor = "processes"});
    EXPECT_EQ(outcomes.wait_for("add").second, Value(3));
}

TEST_F(ProcessPoolScheduler, ARunThatHangsPastItsTimeoutIsEndedByForce) {
    TestingScheduler by_hand({.executors = {{"default", process_pool(1, {.kill_after = 10ms})}}});
    by_hand.start();
    Fifo fifo;
    by_hand.add_job(hang_for_ever(fifo.path()), {.id = "hang", .timeout = 1h});
    by_hand.add_job(add(1, 2), {.id = "add", .keep_result = true});
    by_hand.run_pending();
    EXPECT_EQ(fifo.read_line(), "begun");
    by_hand.run_for(1h);
    by_hand.wait_for_runs();
    const RunRecord hung = by_hand.get_runs({.job_id = "hang"}).at(0);
    EXPECT_EQ(hung.state, RunState::failed);
    EXPECT_EQ(hung.reason, "timed out after 1h (SIGKILL)");
    EXPECT_EQ(by_hand.get_runs({.job_id = "add"}).at(0).result, Value(3));
}

TEST_F(ProcessPoolScheduler, RefusesWhatItsWorkersCannotRunWhenItIsAdded) {
    start();
    EXPECT_THAT(error_of_adding([] {}), HasSubstr("task(\"name\", …)"));
    EXPECT_THAT(error_of_adding(call("nobody_knows_it")), HasSubstr("nobody_knows_it"));
    EXPECT_THAT(error_of_adding(call("add", "one", "two")), HasSubstr("of the task \"add\""));
    const auto late = task("registered_late", [] {});
    EXPECT_THAT(error_of_adding(late()), HasSubstr("define it at namespace scope"));
}

TEST_F(ProcessPoolScheduler, ShutdownWithoutWaitingAsksItsRunsToStop) {
    start();
    Fifo fifo;
    scheduler.add_job(until_stopped(fifo.path()), {.id = "long", .executor = "processes"});
    EXPECT_EQ(fifo.read_line(), "begun");
    scheduler.shutdown({.wait = false});
    EXPECT_EQ(outcomes.wait_for("long").first, "on request");
}

TEST_F(ProcessPoolScheduler, ProgressIsToldInItsOrderAndBeforeTheEnd) {
    std::vector<std::string> told;
    scheduler.on<JobProgress>([&](const JobProgress& event) {
        told.push_back(std::to_string(static_cast<int>(event.progress.fraction * 100)));
    });
    scheduler.on<JobExecuted>([&](const JobExecuted&) { told.emplace_back("executed"); });
    start();
    scheduler.add_job(tell_progress(), {.id = "telling", .executor = "processes"});
    outcomes.wait_for("telling");
    scheduler.shutdown();
    EXPECT_EQ(told, (std::vector<std::string>{"25", "50", "75", "executed"}));
}

TEST_F(ProcessPoolScheduler, AListenerThatIsToldOfProgressMayShutItDown) {
    start();
    scheduler.on<JobProgress>([&](const JobProgress&) { scheduler.shutdown(); });
    scheduler.add_job(tell_progress(), {.id = "telling", .executor = "processes"});
    outcomes.wait_for("telling");
    scheduler.shutdown();
    EXPECT_FALSE(scheduler.running());
}

TEST_F(ProcessPoolScheduler, AListenerThatIsToldOfProgressMayShutABlockingOneDown) {
    BlockingScheduler blocking({.executors = {{"default", process_pool(1)}}});
    blocking.on<JobProgress>([&](const JobProgress&) { blocking.shutdown(); });
    blocking.add_job(tell_progress());
    blocking.start();
    EXPECT_FALSE(blocking.running());
}

#ifdef WITH_SQLITE
TEST_F(ProcessPoolScheduler, OutcomesAreOnRecordInADurableStore) {
    Fifo folder;
    store = sqlite(folder.folder() + "/jobs.sqlite");
    start();
    scheduler.add_job(crash(), {.id = "crash", .executor = "processes"});
    scheduler.add_job(add(1, 2), {.id = "add", .keep_result = true, .executor = "others"});
    outcomes.wait_for("crash");
    outcomes.wait_for("add");
    const auto crashed = scheduler.get_runs({.job_id = "crash"});
    ASSERT_EQ(crashed.size(), 1U);
    EXPECT_EQ(crashed[0].reason, "killed by signal 9 (SIGKILL)");
    const auto added = scheduler.get_runs({.job_id = "add"});
    ASSERT_EQ(added.size(), 1U);
    EXPECT_EQ(added[0].result, Value(3));
    scheduler.shutdown();
}
#endif

}  // namespace
}  // namespace punctual::testing
