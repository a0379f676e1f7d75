// Clocks that are set, and stretches of time.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class Clocks : public SchedulerTest {};

TEST_F(Clocks, SetForwardsMakeJobsOverdue) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s));
    scheduler.clock().set(second(95));
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({90}));
}

TEST_F(Clocks, SetBackwardsNeverRepeatARun) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick"});
    scheduler.run_until(second(30));
    scheduler.clock().set(second(5));
    scheduler.run_pending();
    EXPECT_EQ(scheduler.get_job("tick").next_run_time(), second(40));
    scheduler.run_until(second(35));
    EXPECT_EQ(ran, seconds({10, 20, 30}));
    scheduler.run_until(second(40));
    EXPECT_EQ(ran, seconds({10, 20, 30, 40}));
}

TEST_F(Clocks, SetBackwardsDuringARunDoNoHarm) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick", .executor = "held"});
    scheduler.run_until(second(10));
    scheduler.clock().set(second(-100));
    finish_held();
    scheduler.run_pending();
    EXPECT_EQ(events.count(EventType::job_executed), 1u);
    EXPECT_EQ(scheduler.get_job("tick").next_run_time(), second(20));
}

TEST_F(Clocks, AYearOfANightlyJobFollowsTheWallClock) {
    scheduler.start();
    scheduler.add_job(note(), crontab("30 2 * * *", {.timezone = "Europe/Berlin"}));
    scheduler.run_for(std::chrono::days(365));
    EXPECT_EQ(ran.size(), 365u);
    EXPECT_TRUE(std::ranges::is_sorted(ran));
    EXPECT_NE(std::ranges::find(ran, parse_instant("2025-03-30T01:00:00Z")), ran.end())
        << "02:30 does not exist that night: at the end of the gap";
}

TEST_F(Clocks, ManyJobsRunInTheOrderTheyAreDue) {
    scheduler.start();
    for (const int length : {7, 3, 11, 5}) {
        scheduler.add_job(note(), interval(std::chrono::seconds(length)));
    }
    scheduler.run_until(second(1000));
    EXPECT_TRUE(std::ranges::is_sorted(ran));
    EXPECT_EQ(ran.size(), 1000u / 7 + 1000 / 3 + 1000 / 11 + 1000 / 5);
}

}  // namespace
}  // namespace punctual::testing
