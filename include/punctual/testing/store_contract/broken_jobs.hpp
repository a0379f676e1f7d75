#pragma once
// The part of the store contract about jobs that this process cannot run: they stay, are listed
// with the reason, and come back when their task does.

#include <punctual/testing/store_contract/fixture.hpp>
#include <punctual/testing/testing_scheduler.hpp>

#include <atomic>
#include <optional>
#include <sstream>

namespace punctual::contract {

/// The runs of the task of a test.
struct TaskRuns {
    std::string name;
    std::atomic<int> count = 0;

    /// A name that no other task of this process has.
    TaskRuns() {
        static std::atomic<int> made = 0;
        name = "punctual.store_contract.broken_" + std::to_string(++made);
    }
    /// The task takes these from now on. It may be called longer than the test lives.
    template <class... A>
    static Task<void(A...)> define(const std::shared_ptr<TaskRuns>& runs) {
        return detail::make_task<void>(
            runs->name, [runs](A...) { ++runs->count; }, detail::OnDuplicate::replace,
            detail::ParameterList<A...>());
    }
};

/// A job "a", due each hour, whose task changes while no scheduler runs.
template <class Host>
class StoreBrokenJobs : public StoreTest<Host> {
protected:
    ~StoreBrokenJobs() override { scheduler_.reset(); }

    /// On the same store, from `begin` on or where the last one stopped.
    testing::TestingScheduler& start_scheduler() {
        const Instant now = scheduler_ ? scheduler_->now() : begin;
        scheduler_.reset();
        this->store->close();
        this->store = this->host.connect();
        scheduler_.emplace(SchedulerOptions{.stores = {{"default", this->store}}}, now);
        scheduler_->on<JobFaulty>([told = told_](const JobFaulty& event) {
            EXPECT_EQ(event.job_id, "a");
            told->push_back(event.reason);
        });
        scheduler_->start();
        return *scheduler_;
    }
    /// The job is there, and says why it does not run; which is told.
    void expect_broken(testing::TestingScheduler& scheduler, const std::string& reason) {
        scheduler.run_for(1h);
        const std::vector<Job> jobs = scheduler.get_jobs();
        ASSERT_EQ(jobs.size(), 1u);
        EXPECT_EQ(jobs[0].id(), "a");
        EXPECT_NE(jobs[0].fault().find(reason), std::string::npos) << jobs[0].fault();
        EXPECT_EQ(jobs[0].fault().find('\n'), std::string::npos);
        EXPECT_EQ(runs->count, 0);
        ASSERT_FALSE(told_->empty());
        EXPECT_NE(told_->back().find(reason), std::string::npos) << told_->back();
    }
    /// It runs within a minute, for the instant that it missed.
    void expect_back(testing::TestingScheduler& scheduler) {
        scheduler.run_for(1min);
        EXPECT_EQ(scheduler.get_job("a").fault(), "");
        EXPECT_EQ(runs->count, 1);
        const auto records = scheduler.get_runs({.job_id = "a"});
        ASSERT_EQ(records.size(), 1u);
        EXPECT_EQ(records[0].state, RunState::succeeded);
        EXPECT_EQ(records[0].scheduled, begin + 1h);
    }

    std::shared_ptr<TaskRuns> runs = std::make_shared<TaskRuns>();

private:
    std::optional<testing::TestingScheduler> scheduler_;
    std::shared_ptr<std::vector<std::string>> told_ = std::make_shared<std::vector<std::string>>();
};
TYPED_TEST_SUITE_P(StoreBrokenJobs);

TYPED_TEST_P(StoreBrokenJobs, ComeBackWhenTheirTaskTakesTheirArgumentsAgain) {
    if constexpr (!TypeParam::keeps_jobs) return;
    const auto task = TaskRuns::define<std::string>(this->runs);
    this->start_scheduler().add_job(task("ops"), interval(1h), {.id = "a"});
    static_cast<void>(TaskRuns::define<std::string, int>(this->runs));
    auto& scheduler = this->start_scheduler();
    this->expect_broken(scheduler, "\"" + this->runs->name + "\" takes 2 arguments");
    static_cast<void>(TaskRuns::define<std::string>(this->runs));
    this->expect_back(scheduler);
}

TYPED_TEST_P(StoreBrokenJobs, ComeBackWhenTheirTaskIsKnownAgain) {
    if constexpr (!TypeParam::keeps_jobs) return;
    std::istringstream lines(
        R"({"id": "a", "task": ")" + this->runs->name +
        R"(", "arguments": ["ops"], "options": {}, "state": "active", "trigger": )"
        R"({"type": "interval", "hours": 1, "start_date": "2025-01-01", "timezone": "UTC"}, )"
        R"("added_at": "2025-01-01T00:00:00Z", "next_run_time": "2025-01-01T01:00:00Z", )"
        R"("due": "2025-01-01T01:00:00Z", "last_run_time": "2025-01-01T00:00:00Z"})");
    this->start_scheduler().import_jobs(lines);
    auto& scheduler = this->start_scheduler();
    this->expect_broken(scheduler, "\"" + this->runs->name + "\" is not registered");
    static_cast<void>(TaskRuns::define<std::string>(this->runs));
    this->expect_back(scheduler);
}

REGISTER_TYPED_TEST_SUITE_P(StoreBrokenJobs, ComeBackWhenTheirTaskTakesTheirArgumentsAgain,
                            ComeBackWhenTheirTaskIsKnownAgain);

}  // namespace punctual::contract
