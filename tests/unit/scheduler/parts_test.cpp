// Stores and executors that come and go.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class Parts : public SchedulerTest {};

TEST_F(Parts, AStoreAddedWhileRunningTakesJobs) {
    scheduler.start();
    scheduler.add_store("other", memory());
    scheduler.add_job(note(), interval(10s), {.store = "other"});
    scheduler.run_until(second(10));
    EXPECT_EQ(ran, seconds({10}));
    const auto added = events.of(EventType::store_added);
    ASSERT_FALSE(added.empty());
    EXPECT_EQ(added.back().name, "other");
}

TEST_F(Parts, ListenersOfAStartMayAddToIt) {
    scheduler.on<ExecutorAdded>([&](const ExecutorAdded& event) {
        if (event.executor == "default") scheduler.add_executor("other", inline_executor());
    });
    scheduler.on<StoreAdded>([&](const StoreAdded& event) {
        if (event.store == "default") scheduler.add_store("other", memory());
    });
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.store = "other", .executor = "other"});
    scheduler.run_until(second(10));
    EXPECT_EQ(ran, seconds({10}));
}

TEST_F(Parts, AStoreThatIsRemovedRunsNothing) {
    scheduler.add_store("other", memory());
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "there", .store = "other"});
    scheduler.remove_store("other");
    scheduler.run_until(second(10));
    EXPECT_THAT(ran, IsEmpty());
    EXPECT_FALSE(scheduler.find_job("there"));
    EXPECT_EQ(events.of(EventType::store_removed).at(0).name, "other");
}

TEST_F(Parts, AStoreKeepsItsJobsWhenItComesBack) {
    const auto store = make_memory_store();
    scheduler.start();
    scheduler.add_store("other", store);
    scheduler.add_job(note(), interval(10s), {.id = "there", .store = "other"});
    scheduler.remove_store("other");
    scheduler.add_store("other", store);
    scheduler.run_until(second(10));
    EXPECT_EQ(ran, seconds({10}));
}

TEST_F(Parts, ANameOfAStoreIsTakenOnce) {
    EXPECT_NO_THROW(scheduler.add_store("other", memory()));
    EXPECT_THAT(message_of<ConfigurationError>([&] { scheduler.add_store("other", memory()); }),
                HasSubstr("other"));
    scheduler.start();
    EXPECT_THROW(scheduler.add_store("other", memory()), ConfigurationError);
}

TEST_F(Parts, UnknownPartsCannotBeRemoved) {
    EXPECT_THROW(scheduler.remove_store("nowhere"), UnknownStoreError);
    EXPECT_THROW(scheduler.remove_executor("nobody"), UnknownExecutorError);
    scheduler.start();
    EXPECT_THROW(scheduler.remove_store("nowhere"), UnknownStoreError);
    EXPECT_THROW(scheduler.remove_executor("nobody"), UnknownExecutorError);
}

TEST_F(Parts, AnExecutorAddedWhileRunningTakesRuns) {
    scheduler.start();
    scheduler.add_executor("mine", inline_executor());
    scheduler.add_job(note(), interval(10s), {.executor = "mine"});
    scheduler.run_until(second(10));
    EXPECT_EQ(ran, seconds({10}));
    EXPECT_EQ(events.of(EventType::executor_added).back().name, "mine");
}

TEST_F(Parts, ANameOfAnExecutorIsTakenOnce) {
    EXPECT_THROW(scheduler.add_executor("held", inline_executor()), ConfigurationError);
    scheduler.start();
    EXPECT_THROW(scheduler.add_executor("held", inline_executor()), ConfigurationError);
}

TEST_F(Parts, JobsWaitForAnExecutorThatWasRemoved) {
    scheduler.start();
    scheduler.add_executor("mine", inline_executor());
    scheduler.add_job(note(), interval(10s), {.id = "tick", .executor = "mine"});
    scheduler.remove_executor("mine");
    EXPECT_EQ(events.of(EventType::executor_removed).at(0).name, "mine");
    scheduler.run_until(second(25));
    EXPECT_THAT(ran, IsEmpty());
    scheduler.add_executor("mine", inline_executor());
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({20})) << "overdue instants coalesce";
}

TEST_F(Parts, AnExecutorThatIsRemovedFinishesItsRuns) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "tick", .executor = "held"});
    scheduler.run_until(second(10));
    scheduler.remove_executor("held");
    scheduler.run_pending();
    EXPECT_EQ(ran, seconds({10}));
    EXPECT_EQ(events.count(EventType::job_executed), 1u);
}

TEST_F(Parts, ClaimsNoMoreThanAnExecutorTakes) {
    const auto narrow = std::make_shared<HeldExecutor>(2);
    scheduler.start();
    scheduler.add_executor("narrow", narrow);
    for (int i = 0; i < 5; ++i) scheduler.add_job(note(), at(second(10)), {.executor = "narrow"});
    scheduler.run_until(second(10));
    EXPECT_LE(narrow->held(), 2u);
    for (int round = 0; round < 5; ++round) {
        EXPECT_TRUE(narrow->finish_one());
        scheduler.run_pending();
        EXPECT_LE(narrow->held(), 2u);
    }
    EXPECT_EQ(ran.size(), 5u);
}

TEST_F(Parts, AFullExecutorDoesNotHoldUpAnother) {
    const auto full = std::make_shared<HeldExecutor>(1);
    scheduler.start();
    scheduler.add_executor("full", full);
    for (int i = 0; i < 5; ++i) scheduler.add_job([] {}, at(second(10)), {.executor = "full"});
    scheduler.add_job(note(), at(second(10)));
    scheduler.run_until(second(10));
    EXPECT_EQ(ran, seconds({10}));
}

}  // namespace
}  // namespace punctual::testing
