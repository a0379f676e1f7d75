// What is told, to whom, and in which order.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class Events : public SchedulerTest {};

TEST_F(Events, TellTheStoryOfARunInOrder) {
    scheduler.start();
    events.clear();
    scheduler.add_job(note(), {.id = "once"});
    scheduler.run_pending();
    EXPECT_THAT(events.kinds(),
                ElementsAre("job_added", "job_submitted", "job_executed", "job_removed"));
    for (const Told& told : events.all()) EXPECT_EQ(told.name, "once");
}

TEST_F(Events, KeepTheOrderOfARunWhoseGroupIsCaughtUp) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick", .coalesce = false});
    scheduler.clock().set(second(30));
    events.clear();
    scheduler.run_pending();
    for (const int at : {10, 20, 30}) {
        std::vector<std::string> kinds;
        for (const Told& told : events.all()) {
            if (told.first == second(at)) kinds.emplace_back(to_string(told.type));
        }
        EXPECT_THAT(kinds, ElementsAre("job_submitted", "job_executed")) << at;
    }
}

TEST_F(Events, CarryWhatIsKnownOfASuccess) {
    scheduler.start();
    JobExecuted seen;
    scheduler.on<JobExecuted>([&](const JobExecuted& event) { seen = event; });
    scheduler.add_job(
        [](RunContext& run) {
            run.set_output("ten files");
            return 10;
        },
        interval(10s), {.id = "copy"});
    scheduler.run_until(second(10));
    EXPECT_EQ(seen.job_id, "copy");
    EXPECT_EQ(seen.store, "default");
    EXPECT_EQ(seen.scheduled, second(10));
    EXPECT_EQ(seen.attempt, 1);
    EXPECT_GT(seen.run_id, 0);
    EXPECT_EQ(seen.output, "ten files");
    EXPECT_EQ(seen.result.as_integer(), 10);
    EXPECT_EQ(seen.started, second(10));
    EXPECT_EQ(seen.finished, second(10));
    EXPECT_EQ(seen.at, second(10));
}

TEST_F(Events, AreFilteredByKind) {
    EventLog some(scheduler, EventType::job_executed | EventType::job_error);
    scheduler.start();
    scheduler.add_job(note());
    scheduler.add_job([] { throw std::runtime_error("no"); });
    scheduler.run_pending();
    EXPECT_THAT(some.kinds(), ::testing::UnorderedElementsAre("job_executed", "job_error"));
}

TEST_F(Events, ReachEachListenerUntilItIsRemoved) {
    int first = 0;
    int second = 0;
    const ListenerId id = scheduler.add_listener([&](const Event&) { ++first; });
    scheduler.on<SchedulerPaused>([&](const SchedulerPaused&) { ++second; });
    scheduler.start();
    scheduler.pause();
    scheduler.remove_listener(id);
    const int before = first;
    scheduler.resume();
    scheduler.pause();
    EXPECT_EQ(first, before);
    EXPECT_EQ(second, 2);
    EXPECT_NO_THROW(scheduler.remove_listener(id)) << "unknown ids are passed over";
}

TEST_F(Events, HaveATypeThatFits) {
    scheduler.start();
    bool fits = false;
    scheduler.add_listener([&](const Event& event) {
        if (event.type != EventType::job_executed) return;
        fits = event.get_if<JobExecuted>() != nullptr && event.get_if<JobError>() == nullptr;
    });
    scheduler.add_job(note());
    scheduler.run_pending();
    EXPECT_TRUE(fits);
}

TEST_F(Events, HaveNamesForEachKind) {
    EXPECT_EQ(to_string(EventType::scheduler_started), "scheduler_started");
    EXPECT_EQ(to_string(EventType::job_max_instances), "job_max_instances");
    EXPECT_EQ(to_string(EventType::store_available), "store_available");
}

TEST_F(Events, AListenerThatThrowsDisturbsNobody) {
    scheduler.add_listener([](const Event&) { throw std::runtime_error("a bad listener"); });
    scheduler.add_listener([](const Event&) { throw 7; });
    EventLog after(scheduler, EventType::job_executed);
    scheduler.start();
    scheduler.add_job(note(), interval(10s));
    scheduler.run_until(second(30));
    EXPECT_EQ(ran, seconds({10, 20, 30}));
    EXPECT_EQ(after.count(EventType::all), 3u);
}

TEST_F(Events, AListenerMayCallTheScheduler) {
    scheduler.on<JobExecuted>([&](const JobExecuted& event) {
        if (event.job_id != "first") return;
        scheduler.add_job(note(), {.id = "second"});
        scheduler.pause_job("first");
        EXPECT_EQ(scheduler.get_jobs().size(), 2u);
    });
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "first"});
    scheduler.run_until(second(20));
    EXPECT_EQ(ran, seconds({10, 10}));
    EXPECT_EQ(scheduler.get_job("first").state(), JobState::paused);
}

TEST_F(Events, AListenerMayAddAndRemoveListeners) {
    int calls = 0;
    ListenerId own = 0;
    own = scheduler.add_listener([&](const Event&) {
        ++calls;
        scheduler.remove_listener(own);
        scheduler.add_listener([](const Event&) {});
    });
    scheduler.start();
    scheduler.pause();
    EXPECT_EQ(calls, 1);
}

TEST_F(Events, AListenerMayShutTheSchedulerDown) {
    scheduler.on<JobExecuted>([&](const JobExecuted&) { scheduler.shutdown(); });
    scheduler.start();
    scheduler.add_job(note(), interval(10s));
    scheduler.run_until(second(60));
    scheduler.shutdown();  // waits for the one under way
    EXPECT_EQ(scheduler.state(), SchedulerState::stopped);
    EXPECT_EQ(ran, seconds({10}));
    EXPECT_EQ(events.count(EventType::scheduler_shutdown), 1u);
}

}  // namespace
}  // namespace punctual::testing
