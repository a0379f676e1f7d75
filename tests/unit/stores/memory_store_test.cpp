// What is particular to the store in memory; what all stores do is in the contract.

#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <limits>

namespace punctual::contract {
namespace {

class MemoryHost {
public:
    std::shared_ptr<JobStore> connect() {
        if (store_ == nullptr) store_ = make_memory_store();
        return store_;
    }

private:
    std::shared_ptr<JobStore> store_;
};

using MemoryStoreTest = StoreTest<MemoryHost>;

TEST_F(MemoryStoreTest, IsNotDurable) {
    EXPECT_FALSE(store->durable());
    EXPECT_EQ(store->describe(), "memory://");
}

TEST_F(MemoryStoreTest, KeepsItsJobsWhileItIsClosed) {
    add(make_job("a", begin + 1h));
    reopen();
    EXPECT_EQ(find("a").next_run_time, begin + 1h);
}

TEST_F(MemoryStoreTest, KeepsCallablesWithoutAName) {
    JobRecord job = make_job("a", begin);
    JobDefinition definition = *job.definition;
    definition.call = Call([] {});
    job.definition = std::make_shared<const JobDefinition>(definition);
    add(job);
    EXPECT_TRUE(find("a").definition->call.task().empty());
}

TEST_F(MemoryStoreTest, NeverCopiesADefinition) {
    const JobRecord job = make_job("a", begin + 1h);
    add(job);
    EXPECT_EQ(find("a").definition, job.definition);
    EXPECT_EQ(claim(begin + 1h).claimed.at(0).job, job.definition);
}

TEST_F(MemoryStoreTest, ReusesTheRoomOfJobsThatLeft) {
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 3000; ++i) add(make_job("job" + std::to_string(i), begin + 1h));
        EXPECT_EQ(claim(begin + 1h, 5000, run_each_hour).claimed.size(), 3000u);
        EXPECT_EQ(store->remove_all(), 3000u);
        EXPECT_FALSE(store->find("job7"));
        EXPECT_EQ(store->next_due(std::vector<std::string_view>{"default"}), never);
    }
}

TEST_F(MemoryStoreTest, StaysInOrderWhenJobsMoveOften) {
    for (int i = 0; i < 100; ++i) add(make_job("job" + std::to_string(i), begin + 1h));
    for (int round = 1; round <= 50; ++round) {
        for (int i = 0; i < 100; ++i) {
            edit({"job" + std::to_string(i)}, [&](std::size_t, const JobRecord* current) {
                JobEdit moved{.action = JobEdit::Action::put, .record = *current};
                moved.record.next_run_time = moved.record.due =
                    begin + std::chrono::seconds((i * 37 + round * 11) % 101);
                return moved;
            });
        }
    }
    const StoreResult result = claim(begin + 2h, 1000, run_once);
    ASSERT_EQ(result.claimed.size(), 100u);
    for (std::size_t i = 1; i < result.claimed.size(); ++i) {
        EXPECT_LE(result.claimed[i - 1].due, result.claimed[i].due);
    }
}

TEST_F(MemoryStoreTest, ARunOfAJobThatWasReplacedInItsRoomIsSuperseded) {
    add(make_job("a", begin + 1h));
    const ClaimedRun run = claim(begin + 1h).claimed.at(0);
    remove("a");
    add(make_job("b", begin + 5h));
    settle(run);
    EXPECT_EQ(find("b").running, 0);
}

TEST_F(MemoryStoreTest, KeepsAsManyRunsAsAProcessCanAfford) {
    open({.runs_per_job = std::numeric_limits<std::int64_t>::max(),
          .runs = std::numeric_limits<std::int64_t>::max(),
          .age = unlimited});
    add(make_job("a", begin + 1h));
    for (int hour = 1; hour <= 10'050; ++hour) run_through(begin + std::chrono::hours(hour));
    EXPECT_EQ(store->runs({.limit = 20'000}).size(), 10'000u);
}

}  // namespace
}  // namespace punctual::contract
