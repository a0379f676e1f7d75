// What is left when the server of a store on MariaDB dies.

#include <set>

#include "contract/mysql/mysql_fixture.hpp"
#include "contract/mysql/private_server.hpp"

namespace punctual::contract {
namespace {

class MysqlCrashes : public MysqlTest {
protected:
    PrivateMariadb server;
    std::shared_ptr<JobStore> store = open_url(server.url());
};

TEST_F(MysqlCrashes, KeepWhatWasCommittedAndUndoTheRest) {
    add(*store, {make_job("a", begin), make_job("b", begin + 1h)});
    const std::vector<ClaimedRun> runs = claim(*store, begin);
    ASSERT_EQ(ids_of(runs), Ids{"a"});

    DecideBy decider([&](const JobRecord& job, Decision& decision) {
        server.die();
        run_each_hour(job, decision);
    });
    const ClaimRequest request{"default", 10};
    StoreResult result;
    EXPECT_THROW(
        store->process({.now = begin + 1h, .claims = std::span(&request, 1), .decider = &decider},
                       result),
        StoreUnavailableError);
    EXPECT_THROW(static_cast<void>(store->find("a")), StoreUnavailableError);
    EXPECT_THROW(static_cast<void>(claim(*store, begin + 1h)), StoreUnavailableError);

    server.start();
    EXPECT_EQ(ids_of(store->unsettled()), Ids{"a"});
    settle(*store, runs);
    EXPECT_EQ(claim(*store, begin + 1h).size(), 2U);
    EXPECT_EQ(store->runs({}).size(), 1U);
}

TEST_F(MysqlCrashes, GiveNoIdTwice) {
    std::set<RunId> seen;
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 700; ++i) jobs.push_back(make_job(std::to_string(i), begin));
    add(*store, jobs);
    for (int round = 0; round < 3; ++round) {
        const std::vector<ClaimedRun> runs = claim(*store, begin + round * 1h);
        EXPECT_EQ(runs.size(), 700U);
        for (const ClaimedRun& run : runs) EXPECT_TRUE(seen.insert(run.id).second) << run.id;
        server.die();
        server.start();
        // The first call finds out that the connection is lost.
        EXPECT_THROW(settle(*store, runs), StoreUnavailableError);
        settle(*store, runs);
    }
    EXPECT_EQ(store->runs({.limit = 10'000}).size(), 2100U);
}

}  // namespace
}  // namespace punctual::contract
