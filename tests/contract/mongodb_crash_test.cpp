// What a MongoDB store keeps when processes are killed and connections are cut: everything.

#include <punctual/stores/mongodb.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <thread>

#include "contract/mongodb_server.hpp"
#include "contract/support/server_line.hpp"

namespace punctual::contract {
namespace {

using ::testing::HasSubstr;

class MongoDbCrashes : public ::testing::Test {
protected:
    void SetUp() override {
        if (!shared_mongodb_url()) return skip_without_mongodb();
        client = std::make_unique<MongoClient>();
    }
    void TearDown() override {
        if (client != nullptr) client->remove_collections(prefix);
    }
    std::string prefix = make_mongodb_prefix();
    std::unique_ptr<MongoClient> client;
};

/// Claims the only job, with two runs of which the second waits.
std::vector<ClaimedRun> claim_two_runs(JobStore& store) {
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(store.add(std::span(&job, 1)).empty());
    DecideBy decider([](const JobRecord& due, Decision& decision) {
        run_each_hour(due, decision);
        decision.runs.push_back({begin + 1s, begin + 1s});
    });
    const ClaimRequest request{"default", 10};
    StoreResult result;
    store.process({.now = begin, .claims = std::span(&request, 1), .decider = &decider}, result);
    return result.claimed;
}

/// As far as a settlement, or a removal, came that was interrupted.
std::string half_an_outcome(const std::string& prefix, const ClaimedRun& run, const char* state) {
    return R"({"insert": ")" + prefix + R"(.history", "documents": [{"_id": )" +
           std::to_string(run.id) + R"(, "job": "a", "state": ")" + state +
           R"(", "attempt": 1, "count": 1, "ends_group": false}]})";
}

TEST_F(MongoDbCrashes, AnOutcomeOnRecordIsNotLostAgainByASuccessor) {
    auto store = open_store(mongodb_url(prefix));
    const auto runs = claim_two_runs(*store);
    client->command(half_an_outcome(prefix, runs.at(0), "succeeded"));
    client->command(half_an_outcome(prefix, runs.at(1), "cancelled"));
    store->close();
    store = open_store(mongodb_url(prefix));
    // Its job is there, so that the second one was not cancelled in the end.
    ASSERT_EQ(store->unsettled().size(), 1u);
    EXPECT_EQ(store->unsettled()[0].id, runs.at(1).id);
    EXPECT_EQ(store->find("a")->running, 1);
    EXPECT_EQ(store->runs({}).at(1).state, RunState::succeeded);
}

TEST_F(MongoDbCrashes, AnOutcomeReplacesWhatAnInterruptedStepSaid) {
    const auto store = open_store(mongodb_url(prefix));
    const auto runs = claim_two_runs(*store);
    client->command(half_an_outcome(prefix, runs.at(1), "cancelled"));
    std::vector<Settlement> settlements;
    for (const ClaimedRun& run : runs) settlements.push_back(succeed(run, begin + 1s));
    settlements.at(0).ends_group = false;
    StoreResult result;
    store->process({.now = begin + 1s, .settlements = settlements}, result);
    EXPECT_TRUE(result.superseded.empty());
    ASSERT_EQ(store->runs({}).size(), 2u);
    for (const RunRecord& record : store->runs({})) EXPECT_EQ(record.state, RunState::succeeded);
    EXPECT_EQ(store->find("a")->running, 0);
}

TEST_F(MongoDbCrashes, AServerThatIsGoneIsUnavailableAndFoundAgainAtOnce) {
    ServerLine<MongoHost> line;
    const auto store = open_store(line.url());
    const JobRecord job = make_job("a", begin);
    line.proxy.cut_at(1, CuttingProxy::Loss::question);
    EXPECT_THROW(static_cast<void>(store->find("a")), StoreUnavailableError);
    EXPECT_THROW(store->add(std::span(&job, 1)), StoreUnavailableError);
    EXPECT_THROW(static_cast<void>(store->find("a")), StoreUnavailableError);
    line.proxy.recover();
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
    EXPECT_TRUE(store->find("a"));
}

TEST_F(MongoDbCrashes, ASchedulerWithoutWorkNoticesThatItLostItsStore) {
    const auto store = open_store(mongodb_url(prefix, "&lease=1s"));
    client->remove_collections(prefix);
    std::this_thread::sleep_for(1s);
    try {
        static_cast<void>(store->find("a"));
        FAIL() << "it did not notice";
    } catch (const StoreUnavailableError& error) {
        FAIL() << "a retry will not help: " << error.what();
    } catch (const StoreError& error) {
        EXPECT_THAT(error.what(), HasSubstr("was emptied since it was opened"));
    }
}

}  // namespace
}  // namespace punctual::contract
