// Runs whose records a store refuses for good: they end as they did, without what is too long, and
// hold up nothing else.

#include <punctual/testing/failing_store.hpp>

#include "scheduler_testing.hpp"

#include <stdexcept>

namespace punctual::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Field;
using ::testing::SizeIs;
using ::testing::StartsWith;

struct RefusingStore {
    std::shared_ptr<FailingStore> store = std::make_shared<FailingStore>(make_memory_store());
};

class RefusedRecords : protected RefusingStore, public SchedulerTest {
protected:
    RefusedRecords() : SchedulerTest({.stores = {{"default", store}}}) {
        store->refuse_records_over(2000);
        scheduler.start();
    }
    /// A job that returns so much, every ten seconds.
    void add_talker(const std::string& id, std::size_t bytes = 60'000) {
        scheduler.add_job([bytes] { return std::string(bytes, 'x'); }, interval(10s),
                          {.id = id, .keep_result = true});
    }
    [[nodiscard]] RunRecord only_record(const std::string& id) {
        const auto found = records(id);
        EXPECT_EQ(found.size(), 1u);
        return found.at(0);
    }
};

TEST_F(RefusedRecords, HoldUpNothingElse) {
    add_talker("talker");
    scheduler.add_job(note(), interval(10s), {.id = "other"});
    add_talker("brief", 100);
    scheduler.run_for(60s);
    for (const char* id : {"talker", "other", "brief"}) {
        EXPECT_THAT(records(id),
                    AllOf(SizeIs(6), Each(Field(&RunRecord::state, RunState::succeeded))))
            << id;
    }
    EXPECT_EQ(ran, seconds({10, 20, 30, 40, 50, 60}));
    EXPECT_THAT(records("brief"), Each(Field(&RunRecord::result, Value(std::string(100, 'x')))));
    EXPECT_THAT(records("other"), Each(Field(&RunRecord::reason, "")));
    EXPECT_EQ(events.count(EventType::store_unavailable), 0u);
    EXPECT_EQ(events.count(EventType::job_executed), 18u);
    EXPECT_EQ(scheduler.get_job("talker").running(), 0);
}

TEST_F(RefusedRecords, SayWhatIsMissingAndWhy) {
    add_talker("talker");
    scheduler.run_for(10s);
    const RunRecord record = only_record("talker");
    EXPECT_TRUE(record.result.is_null());
    EXPECT_THAT(record.reason, AllOf(StartsWith("not on record: its result (60002 bytes): "),
                                     HasSubstr("takes records of 2000 bytes, and this has 60002")));
}

TEST_F(RefusedRecords, KeepTheBeginningOfTheirReason) {
    scheduler.add_job([] { throw std::runtime_error("broken: " + std::string(60'000, 'x')); },
                      at(second(10)), {.id = "job"});
    scheduler.run_for(10s);
    const RunRecord record = only_record("job");
    EXPECT_EQ(record.state, RunState::failed);
    EXPECT_THAT(record.reason, AllOf(StartsWith("broken: xxx"), HasSubstr("… (not on record: its "
                                                                          "whole reason (60008 "
                                                                          "bytes): ")));
}

TEST_F(RefusedRecords, AreFollowedByWhatFollowsTheirRuns) {
    int attempts = 0;
    scheduler.add_job(note(), on_demand(), {.id = "next"});
    scheduler.add_job(
        [&attempts] {
            if (++attempts < 3) throw std::runtime_error(std::string(60'000, 'x'));
        },
        at(second(10)),
        {.id = "job",
         .retry = Retry{.max_attempts = 3, .delay = 1s, .jitter = 0.0},
         .then = {{.job_id = "next"}}});
    scheduler.run_for(60s);
    EXPECT_EQ(attempts, 3);
    EXPECT_THAT(records("job"), SizeIs(3));
    EXPECT_THAT(ran, SizeIs(1));
}

TEST_F(RefusedRecords, AreToldWhole) {
    std::vector<Value> results;
    scheduler.on<JobExecuted>([&](const JobExecuted& run) { results.push_back(run.result); });
    add_talker("talker");
    scheduler.run_for(10s);
    EXPECT_THAT(results, ElementsAre(Value(std::string(60'000, 'x'))));
}

TEST_F(RefusedRecords, StayWholeIfTheStoreTakesNothingAtAll) {
    store->refuse_records_over(0);
    add_talker("talker", 100);
    scheduler.run_for(15s);
    EXPECT_EQ(events.count(EventType::store_unavailable), 1u);
    EXPECT_TRUE(records("talker").empty());
    store->refuse_records_over(2000);
    scheduler.run_for(4s);
    EXPECT_EQ(only_record("talker").result, Value(std::string(100, 'x')));
    EXPECT_EQ(events.count(EventType::store_available), 1u);
}

TEST_F(RefusedRecords, AreFoundAmongMany) {
    for (int i = 0; i < 100; ++i) {
        const std::string id = std::to_string(i);
        i % 40 == 39 ? add_talker(id) : add_talker(id, 10);
    }
    store->fail_calls(1, 0, FailurePoint::before);
    scheduler.run_for(10s);
    EXPECT_LT(store->calls(), 60) << "they are looked for by halves";
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(only_record(std::to_string(i)).reason.empty(), i % 40 != 39) << i;
    }
}

TEST_F(RefusedRecords, LoseAndDoubleNothingWhicheverCallFailsBesides) {
    for (const FailurePoint point : {FailurePoint::before, FailurePoint::after}) {
        std::int64_t failures = 1;
        for (int call = 1; failures > 0; ++call) {
            ASSERT_LT(call, 200);
            SCOPED_TRACE(call);
            const std::string suffix =
                std::to_string(call) + std::to_string(static_cast<int>(point));
            for (const char* name : {"a", "b", "c", "d"}) {
                scheduler.add_job([] { return std::string(60'000, 'x'); },
                                  at(scheduler.now() + 10s),
                                  {.id = name + suffix, .keep_result = name[0] != 'b'});
            }
            events.clear();
            store->fail_calls(call, 1, point);
            scheduler.run_for(30s);
            failures = store->failures();
            store->work();
            for (const char* name : {"a", "b", "c", "d"}) {
                EXPECT_EQ(only_record(name + suffix).state, RunState::succeeded);
            }
            EXPECT_EQ(events.count(EventType::job_executed), 4u);
        }
    }
}

}  // namespace
}  // namespace punctual::testing
