// Jobs that start after others.

#include "scheduler_testing.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace punctual::testing {
namespace {

class Chains : public SchedulerTest {
protected:
    Chains() { scheduler.start(); }
    Job add(const std::string& id, std::vector<FollowUp> then = {},
            const Trigger& trigger = on_demand()) {
        return scheduler.add_job(
            [this, id] {
                order.push_back(id);
                if (failing == id) throw std::runtime_error("no");
            },
            trigger, {.id = id, .then = std::move(then)});
    }

    std::vector<std::string> order;
    std::string failing;
};

TEST_F(Chains, OneJobStartsTheNext) {
    const Job load = add("load");
    const Job alert = add("alert");
    const Job report = add("report");
    add("extract", {}, interval(10s))
        .then(load)
        .then(alert, ThenOn::failure)
        .then(report, ThenOn::always);
    scheduler.run_until(second(10));
    EXPECT_THAT(order, ElementsAre("extract", "load", "report"));
    failing = "extract";
    scheduler.run_until(second(20));
    EXPECT_THAT(order, ElementsAre("extract", "load", "report", "extract", "alert", "report"));
}

TEST_F(Chains, ARunThatFollowsIsScheduledAtTheEndOfTheOneBefore) {
    scheduler.add_job(note(), on_demand(), {.id = "load"});
    add("extract", {{.job_id = "load"}}, at(second(10)));
    scheduler.run_until(second(10));
    EXPECT_EQ(ran, seconds({10}));
    EXPECT_EQ(records("load").at(0).scheduled, second(10));
}

TEST_F(Chains, GoOnFromJobToJob) {
    add("c");
    add("b", {{.job_id = "c"}});
    add("a", {{.job_id = "b"}}, at(second(10)));
    scheduler.run_until(second(10));
    EXPECT_THAT(order, ElementsAre("a", "b", "c"));
}

TEST_F(Chains, OnlyTheLastAttemptCounts) {
    add("alert");
    failing = "job";
    scheduler.add_job([] { throw std::runtime_error("no"); }, at(second(10)),
                      {.id = "job",
                       .retry = Retry{.max_attempts = 3, .delay = 1s, .jitter = 0},
                       .then = {{.job_id = "alert", .on = ThenOn::failure}}});
    scheduler.run_until(second(12));
    EXPECT_THAT(order, IsEmpty());
    scheduler.run_until(second(13));
    EXPECT_THAT(order, ElementsAre("alert"));
}

/// What the library logs meanwhile.
class LogOfTest {
public:
    LogOfTest() {
        const auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
        const auto logger = std::make_shared<spdlog::logger>("punctual", sink);
        logger->set_pattern("%l: %v");
        spdlog::register_logger(logger);
    }
    LogOfTest(const LogOfTest&) = delete;
    LogOfTest& operator=(const LogOfTest&) = delete;
    ~LogOfTest() { spdlog::drop("punctual"); }
    [[nodiscard]] std::string text() const { return text_.str(); }

private:
    std::ostringstream text_;
};

TEST_F(Chains, AJobThatIsGoneIsPassedOverWithAWarning) {
    const LogOfTest log;
    add("b");
    add("a", {{.job_id = "gone"}, {.job_id = "b"}}, at(second(10)));
    scheduler.run_until(second(10));
    EXPECT_THAT(order, ElementsAre("a", "b"));
    EXPECT_EQ(log.text(),
              "warning: punctual: job \"gone\" does not start after job \"a\": store \"default\" "
              "has no job of that id; add it, or take it out of `then` of \"a\"\n");
}

TEST_F(Chains, IsLookedForOnceAMinuteOnly) {
    const LogOfTest log;
    add("a", {{.job_id = "gone"}}, interval(1s));
    const auto warnings = [&] {
        const std::string text = log.text();
        return std::ranges::count(text, '\n');
    };
    scheduler.run_for(30s);
    EXPECT_EQ(warnings(), 1);
    scheduler.run_for(60s);
    EXPECT_EQ(warnings(), 2);
}

TEST_F(Chains, AJobThatRunsForTheLastTimeIsNotTakenForOneThatIsGone) {
    const LogOfTest log;
    add("b", {}, at(second(20)));
    add("a", {{.job_id = "b"}}, at(second(10)));
    scheduler.run_until(second(20));
    EXPECT_THAT(order, ElementsAre("a", "b", "b"));
    EXPECT_EQ(log.text(), "");
}

TEST_F(Chains, APausedJobStartsWhenItIsResumed) {
    add("b");
    scheduler.pause_job("b");
    add("a", {{.job_id = "b"}}, at(second(10)));
    scheduler.run_until(second(20));
    EXPECT_THAT(order, ElementsAre("a"));
    scheduler.resume_job("b");
    scheduler.run_pending();
    EXPECT_THAT(order, ElementsAre("a", "b"));
}

TEST_F(Chains, CirclesAreRefused) {
    const Job a = add("a", {{.job_id = "b"}});
    Job b = add("b", {{.job_id = "c"}});
    EXPECT_EQ(message_of<ValueError>([&] { add("c", {{.job_id = "a"}}); }),
              "job \"c\": jobs would start each other in a circle: c, a, b, c");
    EXPECT_EQ(message_of<ValueError>([&] { b.then(a); }),
              "job \"b\": jobs would start each other in a circle: b, a, b");
    EXPECT_EQ(message_of<ValueError>([&] { add("d", {{.job_id = "d"}}); }),
              "job \"d\": jobs would start each other in a circle: d, d");
    EXPECT_FALSE(scheduler.find_job("c"));
    EXPECT_THAT(b.refresh().settings().then, ElementsAre(FollowUp{.job_id = "c"}));
}

TEST_F(Chains, CirclesAmongJobsAddedTogetherAreRefused) {
    std::vector<JobRequest> requests;
    requests.push_back(
        {.call = [] {}, .trigger = on_demand(), .options = {.id = "a", .then = {{.job_id = "b"}}}});
    requests.push_back(
        {.call = [] {}, .trigger = on_demand(), .options = {.id = "b", .then = {{.job_id = "a"}}}});
    EXPECT_THROW(scheduler.add_jobs(std::move(requests)), ValueError);
}

TEST_F(Chains, StayWithinAStore) {
    scheduler.add_store("other", memory());
    Job a = add("a");
    const Job b = scheduler.add_job([] {}, on_demand(), {.id = "b", .store = "other"});
    EXPECT_THAT(message_of<ValueError>([&] { a.then(b); }),
                HasSubstr("a job can start jobs of its own store only"));
}

TEST_F(Chains, AJobOnDemandStaysAndRunsWhenAsked) {
    Job job = add("job");
    EXPECT_EQ(job.state(), JobState::active);
    EXPECT_FALSE(job.next_run_time());
    EXPECT_THAT(job.to_string(), HasSubstr("on demand, waits to be started"));
    scheduler.run_for(std::chrono::days(1));
    EXPECT_THAT(order, IsEmpty());
    job.run();
    scheduler.run_pending();
    EXPECT_THAT(order, ElementsAre("job"));
    EXPECT_TRUE(scheduler.find_job("job"));
}

TEST_F(Chains, AskedForTwiceAJobStartsOnce) {
    const Job b = add("b");
    add("a", {}, at(second(10))).then(b).then(b);
    scheduler.run_until(second(10));
    EXPECT_THAT(order, ElementsAre("a", "b"));
}

}  // namespace
}  // namespace punctual::testing
