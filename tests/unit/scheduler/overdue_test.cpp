// What becomes of instants that are found late: grace, coalescing, catching up, max_instances.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class Overdue : public SchedulerTest {
protected:
    /// Adds `tick`, each 10 seconds, and comes back at `now`.
    void sleep_until(Instant now, const JobOptions& options = {}) {
        scheduler.start();
        JobOptions named = options;
        named.id = "tick";
        scheduler.add_job(note(), interval(10s), named);
        scheduler.clock().set(now);
        scheduler.run_pending();
    }
    [[nodiscard]] Told only(EventType type) {
        const auto told = events.of(type);
        EXPECT_EQ(told.size(), 1u) << to_string(type);
        return told.empty() ? Told{} : told.front();
    }
};

TEST_F(Overdue, RunsAnOverdueJobOnceWhenItCoalesces) {
    sleep_until(second(45));
    EXPECT_EQ(ran, seconds({40}));
    EXPECT_EQ(scheduler.get_job("tick").next_run_time(), second(50));
}

TEST_F(Overdue, PutsCoalescedInstantsOnRecordAsOneRange) {
    sleep_until(second(45));
    const Told skipped = only(EventType::job_skipped);
    EXPECT_EQ(skipped.first, second(10));
    EXPECT_EQ(skipped.last, second(30));
    EXPECT_EQ(skipped.count, 3);
    EXPECT_THAT(skipped.reason, HasSubstr("coalesced"));
    const auto recorded = records("tick");
    ASSERT_EQ(recorded.size(), 2u);
    EXPECT_EQ(recorded[0].count, 3);
    EXPECT_EQ(recorded[1].state, RunState::succeeded);
}

TEST_F(Overdue, RunsEachOverdueInstantInOrderWithoutCoalescing) {
    sleep_until(second(45), {.coalesce = false});
    EXPECT_EQ(ran, seconds({10, 20, 30, 40}));
    EXPECT_EQ(events.count(EventType::job_executed), 4u);
}

TEST_F(Overdue, AGroupIsOneInstance) {
    sleep_until(second(45), {.coalesce = false, .max_instances = 2, .executor = "held"});
    EXPECT_EQ(held->held(), 1u);
    EXPECT_EQ(scheduler.get_job("tick").running(), 1);
    scheduler.clock().set(second(65));
    scheduler.run_pending();
    EXPECT_EQ(held->held(), 2u) << "a second group runs beside the first";
    EXPECT_EQ(scheduler.get_job("tick").running(), 2);
    for (int round = 0; round < 10; ++round) {
        finish_held();
        scheduler.run_pending();
    }
    std::ranges::sort(ran);
    EXPECT_EQ(ran, seconds({10, 20, 30, 40, 50, 60}));
}

TEST_F(Overdue, RunsWithinTheGraceTime) {
    sleep_until(second(13), {.misfire_grace_time = 3s});
    EXPECT_EQ(ran, seconds({10}));
}

TEST_F(Overdue, MissesWhatIsLaterThanTheGraceTime) {
    sleep_until(second(14), {.misfire_grace_time = 3s});
    EXPECT_THAT(ran, IsEmpty());
    const Told missed = only(EventType::job_missed);
    EXPECT_EQ(missed.first, second(10));
    EXPECT_EQ(missed.count, 1);
    EXPECT_THAT(missed.reason, HasSubstr("4s"));
    EXPECT_EQ(records("tick").at(0).state, RunState::missed);
}

TEST_F(Overdue, JudgesGraceBeforeItCoalesces) {
    sleep_until(second(45), {.misfire_grace_time = 16s});
    EXPECT_EQ(ran, seconds({40}));
    EXPECT_EQ(only(EventType::job_missed).count, 2);
    EXPECT_EQ(only(EventType::job_missed).last, second(20));
    EXPECT_EQ(only(EventType::job_skipped).first, second(30));
    EXPECT_EQ(only(EventType::job_skipped).count, 1);
}

TEST_F(Overdue, MissesAllIfTheLatestIsTooLate) {
    sleep_until(second(45), {.misfire_grace_time = 4s});
    EXPECT_THAT(ran, IsEmpty());
    EXPECT_EQ(only(EventType::job_missed).count, 4);
    EXPECT_EQ(events.count(EventType::job_skipped), 0u);
}

TEST_F(Overdue, JudgesGraceAgainAtTheStartOfEachRun) {
    sleep_until(second(35), {.misfire_grace_time = 30s, .coalesce = false, .executor = "held"});
    ASSERT_EQ(held->held(), 1u);
    scheduler.clock().set(second(45));
    finish_held();
    scheduler.run_pending();
    finish_held();
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({20})) << "the one of second 10 was late by 35 s when it was to begin";
    EXPECT_GE(events.count(EventType::job_missed), 1u);
    EXPECT_EQ(records("tick").at(0).state, RunState::missed);
}

TEST_F(Overdue, CatchesUpTheNewestOnly) {
    sleep_until(second(100), {.coalesce = false, .max_catch_up = 3});
    EXPECT_EQ(ran, seconds({80, 90, 100}));
    const Told skipped = only(EventType::job_skipped);
    EXPECT_EQ(skipped.first, second(10));
    EXPECT_EQ(skipped.last, second(70));
    EXPECT_EQ(skipped.count, 7);
    EXPECT_THAT(skipped.reason, HasSubstr("max_catch_up"));
}

TEST_F(Overdue, AYearOfDowntimeIsOneRowAndOneRun) {
    sleep_until(begin + std::chrono::days(365));
    EXPECT_EQ(ran.size(), 1u);
    const auto recorded = records("tick");
    ASSERT_EQ(recorded.size(), 2u);
    EXPECT_EQ(recorded[0].count + recorded[1].count, 365 * 8640);
}

TEST_F(Overdue, PutsInstantsOverMaxInstancesOnRecord) {
    sleep_until(second(10), {.executor = "held"});
    scheduler.run_until(second(35));
    const auto over = events.of(EventType::job_max_instances);
    ASSERT_EQ(over.size(), 2u);
    EXPECT_EQ(over[0].first, second(20));
    EXPECT_EQ(over[1].first, second(30));
    EXPECT_THAT(over[0].reason, HasSubstr("max_instances (1)"));
    finish_held();
    scheduler.run_until(second(40));
    finish_held();
    EXPECT_EQ(ran, seconds({10, 40}));
}

TEST_F(Overdue, RunsAsManyInstancesAsAreAllowed) {
    sleep_until(second(10), {.max_instances = 3, .executor = "held"});
    scheduler.run_until(second(50));
    EXPECT_EQ(held->held(), 3u);
    EXPECT_EQ(events.count(EventType::job_max_instances), 2u);
}

TEST_F(Overdue, CountsGraceFromTheJitteredInstant) {
    scheduler.start();
    scheduler.add_job(note(), interval(1h, {.jitter = 30min}),
                      {.id = "tick", .misfire_grace_time = 1s});
    const Instant due = scheduler.get_job("tick").trigger().due("tick", begin + 1h);
    ASSERT_GT(due, begin + 1h + 1s) << "pick another id: this one has no delay to speak of";
    scheduler.clock().set(due - 1us);
    scheduler.run_pending();
    EXPECT_THAT(ran, IsEmpty());
    scheduler.clock().set(due);
    scheduler.run_pending();
    EXPECT_THAT(ran, ElementsAre(begin + 1h));
}

TEST_F(Overdue, JitterNeverMovesTheSeries) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s, {.jitter = 5s}), {.id = "tick"});
    scheduler.run_until(second(65));
    EXPECT_EQ(ran, seconds({10, 20, 30, 40, 50, 60}));
    for (const RunRecord& record : records("tick")) {
        EXPECT_GE(record.due, record.scheduled);
        EXPECT_LE(record.due, record.scheduled + 5s);
        EXPECT_GE(record.started, record.due);
    }
}

TEST_F(Overdue, ADateThatIsMissedByItsGraceLeaves) {
    scheduler.start();
    scheduler.add_job(note(), at(second(10)), {.id = "once", .misfire_grace_time = 1s});
    scheduler.clock().set(second(20));
    scheduler.run_pending();
    EXPECT_THAT(ran, IsEmpty());
    EXPECT_FALSE(scheduler.find_job("once"));
    EXPECT_EQ(events.count(EventType::job_missed), 1u);
}

}  // namespace
}  // namespace punctual::testing
