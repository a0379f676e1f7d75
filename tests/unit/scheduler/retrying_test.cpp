// Runs that did not succeed are tried again.

#include "scheduler_testing.hpp"

#include <stdexcept>

namespace punctual::testing {
namespace {

constexpr auto no_jitter = 0.0;

class Retrying : public SchedulerTest {
protected:
    /// Fails until the attempt of this number.
    [[nodiscard]] Call succeed_at(int attempt) {
        return [this, attempt](RunContext& run) {
            attempts.push_back(scheduler.now());
            if (run.attempt() < attempt) throw std::runtime_error("not yet");
        };
    }
    [[nodiscard]] std::vector<std::string> outcomes(const std::string& id) {
        std::vector<std::string> texts;
        for (const RunRecord& record : records(id)) {
            texts.push_back(std::to_string(record.attempt) + " " +
                            std::string(to_string(record.state)));
        }
        return texts;
    }

    std::vector<Instant> attempts;
};

TEST_F(Retrying, GoesOnUntilItSucceeds) {
    scheduler.start();
    scheduler.add_job(succeed_at(3), at(second(10)),
                      {.id = "job", .retry = Retry{.max_attempts = 5, .jitter = no_jitter}});
    scheduler.run_for(1h);
    EXPECT_EQ(attempts, (std::vector{second(10), second(20), second(40)}));
    EXPECT_THAT(outcomes("job"), ElementsAre("1 failed", "2 failed", "3 succeeded"));
    EXPECT_FALSE(scheduler.find_job("job"));
}

TEST_F(Retrying, EndsWithTheLastAttempt) {
    scheduler.start();
    scheduler.add_job(
        succeed_at(99), at(second(10)),
        {.id = "job",
         .retry = Retry{
             .max_attempts = 3, .delay = 1s, .backoff = Backoff::fixed, .jitter = no_jitter}});
    scheduler.run_for(1h);
    EXPECT_EQ(attempts, (std::vector{second(10), second(11), second(12)}));
    EXPECT_FALSE(scheduler.find_job("job"));
}

TEST_F(Retrying, TellsWhenItIsTriedAgain) {
    std::vector<std::optional<Instant>> told;
    scheduler.on<JobError>([&](const JobError& event) { told.push_back(event.retry_at); });
    scheduler.start();
    scheduler.add_job(succeed_at(99), at(second(10)),
                      {.id = "job", .retry = Retry{.max_attempts = 2, .jitter = no_jitter}});
    scheduler.run_for(1h);
    EXPECT_EQ(told, (std::vector<std::optional<Instant>>{second(20), std::nullopt}));
}

TEST_F(Retrying, DoesNotHoldUpTheSchedule) {
    scheduler.start();
    scheduler.add_job(
        [this](RunContext& run) {
            ran.push_back(run.scheduled());
            if (run.scheduled() == second(10)) throw std::runtime_error("no");
        },
        interval(10s),
        {.id = "job", .retry = Retry{.max_attempts = 2, .delay = 25s, .jitter = no_jitter}});
    scheduler.run_until(second(40));
    EXPECT_EQ(ran, seconds({10, 20, 30, 10, 40}));
}

TEST_F(Retrying, WaitsWhileAllInstancesRun) {
    scheduler.start();
    int attempt = 0;
    scheduler.add_job(
        [&](RunContext& run) {
            attempt = run.attempt();
            if (run.scheduled() == second(10)) throw std::runtime_error("no");
        },
        interval(10s),
        {.id = "job",
         .retry = Retry{.max_attempts = 2, .delay = 11s, .jitter = no_jitter},
         .executor = "held"});
    scheduler.run_until(second(10));
    held->finish_one();
    scheduler.run_until(second(25));
    EXPECT_EQ(held->held(), 1u);  // the one of second 20
    EXPECT_EQ(scheduler.get_job("job").queued().size(), 1u);
    held->finish_one();
    scheduler.run_pending();
    EXPECT_EQ(held->held(), 1u);
    held->finish_one();
    EXPECT_EQ(attempt, 2);
}

TEST_F(Retrying, IsForTheOutcomesThatAreNamed) {
    scheduler.start();
    const auto give_up = [](RunContext&) { throw RunCancelled("enough"); };
    scheduler.add_job(give_up, at(second(10)), {.id = "a", .retry = Retry{.max_attempts = 2}});
    scheduler.add_job(give_up, at(second(10)),
                      {.id = "b", .retry = Retry{.max_attempts = 2, .on = {RunState::cancelled}}});
    scheduler.run_for(1h);
    EXPECT_THAT(outcomes("a"), ElementsAre("1 cancelled"));
    EXPECT_THAT(outcomes("b"), ElementsAre("1 cancelled", "2 cancelled"));
}

TEST_F(Retrying, GoesOnAfterARestart) {
    scheduler.start();
    scheduler.add_job(succeed_at(2), at(second(10)),
                      {.id = "job", .retry = Retry{.max_attempts = 2, .jitter = no_jitter}});
    scheduler.run_until(second(11));
    scheduler.shutdown();
    scheduler.start();
    scheduler.run_for(1h);
    EXPECT_THAT(outcomes("job"), ElementsAre("1 failed", "2 succeeded"));
}

TEST_F(Retrying, IsOverWhenTheJobIsRemoved) {
    scheduler.start();
    scheduler.add_job(succeed_at(9), at(second(10)),
                      {.id = "job", .retry = Retry{.max_attempts = 9}});
    scheduler.run_until(second(10));
    scheduler.remove_job("job");
    scheduler.add_job([] {}, interval(1h), {.id = "job"});
    scheduler.run_until(second(1000));
    EXPECT_EQ(attempts.size(), 1u);
}

TEST_F(Retrying, PausesWithItsJob) {
    scheduler.start();
    scheduler.add_job(succeed_at(9), interval(10s),
                      {.id = "job", .retry = Retry{.max_attempts = 2, .jitter = no_jitter}});
    scheduler.run_until(second(10));
    scheduler.pause_job("job");
    scheduler.run_until(second(100));
    EXPECT_EQ(attempts.size(), 1u);
    scheduler.resume_job("job");
    scheduler.run_until(second(101));
    EXPECT_EQ(attempts.size(), 2u);
}

TEST(Retry, DoublesItsPauseUpToTheLongest) {
    const Retry retry{.max_attempts = 100, .delay = 1s, .max_delay = 1min, .jitter = 0};
    EXPECT_EQ(retry.delay_after(1, "a", begin), Duration(1s));
    EXPECT_EQ(retry.delay_after(2, "a", begin), Duration(2s));
    EXPECT_EQ(retry.delay_after(6, "a", begin), Duration(32s));
    EXPECT_EQ(retry.delay_after(7, "a", begin), Duration(1min));
    EXPECT_EQ(retry.delay_after(99, "a", begin), Duration(1min));
}

TEST(Retry, JitterLengthensAPauseByItsShareAtMost) {
    const Retry retry{.max_attempts = 9, .delay = 10s, .backoff = Backoff::fixed, .jitter = 0.5};
    bool differ = false;
    for (int i = 0; i < 100; ++i) {
        const Duration pause = retry.delay_after(1, "job " + std::to_string(i), begin);
        EXPECT_GE(pause, Duration(10s));
        EXPECT_LE(pause, Duration(15s));
        differ = differ || pause != retry.delay_after(1, "job 0", begin);
    }
    EXPECT_TRUE(differ);
}

TEST_F(Retrying, OptionsOutOfRangeAreNamed) {
    scheduler.start();
    const auto refused = [&](Retry retry) {
        return message_of<ValueError>(
            [&] { scheduler.add_job([] {}, interval(1s), {.retry = std::move(retry)}); });
    };
    EXPECT_EQ(refused({.max_attempts = 0}), "retry.max_attempts is 0: it must be at least 1");
    EXPECT_THAT(refused({.delay = -1s}), HasSubstr("retry.delay is -1s"));
    EXPECT_THAT(refused({.max_delay = unlimited}), HasSubstr("retry.max_delay is unlimited"));
    EXPECT_THAT(refused({.jitter = 1.5}), HasSubstr("retry.jitter is 1.5"));
    EXPECT_THAT(refused({.on = {RunState::skipped}}), HasSubstr("retry.on is skipped"));
}

}  // namespace
}  // namespace punctual::testing
