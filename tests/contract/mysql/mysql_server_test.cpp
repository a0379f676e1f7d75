// What a store on MariaDB lives with: connections that go, neighbours, and much at once.

#include <thread>

#include "contract/mysql/mysql_fixture.hpp"
#include "contract/support/server_line.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MysqlServer : public MysqlTest {
protected:
    /// Ends all connections to the database of the test but its own.
    void kill_connections() {
        while (true) {
            const std::string id =
                client.run("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '" +
                           database.name() + "' AND ID <> CONNECTION_ID() LIMIT 1");
            if (id.empty()) return;
            try {
                client.run("KILL CONNECTION " + id);
            } catch (const std::runtime_error&) {
                // It has ended by itself since.
            }
        }
    }
};

TEST_F(MysqlServer, HasStoresOfTwoPrefixesSideBySide) {
    const auto one = open("&prefix=one_");
    const auto two = open("&prefix=two_");
    add(*one, {make_job("a", begin)});
    add(*two, {make_job("a", begin), make_job("b", begin)});
    EXPECT_EQ(claim(*one, begin).size(), 1U);
    EXPECT_EQ(claim(*two, begin).size(), 2U);
    EXPECT_EQ(one->remove_all(), 1U);
    EXPECT_EQ(ids_in(*two), (Ids{"a", "b"}));
}

TEST_F(MysqlServer, MayKillConnectionsBetweenCalls) {
    const auto store = open();
    add(*store, {make_job("a", begin)});
    kill_connections();
    EXPECT_EQ(ids_in(*store), Ids{"a"});
    EXPECT_THROW(static_cast<void>(claim(*store, begin)), StoreUnavailableError);
    const std::vector<ClaimedRun> runs = claim(*store, begin);
    EXPECT_EQ(runs.size(), 1U);
    settle(*store, runs);
    EXPECT_EQ(store->runs({}).size(), 1U);
}

TEST_F(MysqlServer, UndoesAPassWhoseConnectionIsKilled) {
    const auto store = open();
    add(*store, {make_job("a", begin)});
    DecideBy decider([&](const JobRecord& job, Decision& decision) {
        kill_connections();
        run_each_hour(job, decision);
    });
    const ClaimRequest request{"default", 10};
    StoreResult result;
    EXPECT_THROW(store->process(
                     {.now = begin, .claims = std::span(&request, 1), .decider = &decider}, result),
                 StoreUnavailableError);
    EXPECT_TRUE(result.claimed.empty());
    EXPECT_TRUE(store->unsettled().empty());
    EXPECT_EQ(claim(*store, begin).size(), 1U);
}

// The lock is still held then, by the store's own connection of before.
TEST_F(MysqlServer, NeedNotNoticeThatAConnectionIsGone) {
    ServerLine<MysqlHost> line;
    const auto store = open_store(line.url());
    add(*store, {make_job("a", begin)});
    line.proxy.lose_clients();
    EXPECT_THROW(static_cast<void>(claim(*store, begin)), StoreUnavailableError);
    EXPECT_EQ(claim(*store, begin).size(), 1U);
    EXPECT_THAT(message_of(line.direct_url()), HasSubstr("in use by another scheduler"));
}

TEST_F(MysqlServer, MayHaveJobsThatOthersHaveLocked) {
    const auto store = open();
    add(*store, {make_job("a", begin), make_job("b", begin)});
    run("START TRANSACTION");
    run("SELECT * FROM punctual_jobs WHERE id_key = 'a' FOR UPDATE");
    EXPECT_EQ(ids_of(claim(*store, begin)), Ids{"b"});
    std::thread other([&] {
        client.run("DO SLEEP(0.5)");
        client.run("COMMIT");
    });
    EditBy removal(
        [](std::size_t, const JobRecord*) { return JobEdit{.action = JobEdit::Action::remove}; });
    const Ids ids{"a"};
    store->edit(ids, removal);
    other.join();
    EXPECT_EQ(ids_in(*store), Ids{"b"});
}

TEST_F(MysqlServer, GivesUpOnALockThatOthersKeep) {
    const auto store = open();
    add(*store, {make_job("a", begin)});
    run("START TRANSACTION");
    run("SELECT * FROM punctual_jobs FOR UPDATE");
    const JobRecord job = make_job("a", begin);
    EXPECT_THROW(static_cast<void>(store->add(std::span(&job, 1))), StoreUnavailableError);
    client.run("COMMIT");
    EXPECT_EQ(store->add(std::span(&job, 1)).size(), 1U);
}

TEST_F(MysqlServer, GivesNoIdTwiceWhenATransactionIsUndone) {
    const auto store = open();
    // More than a block of them, so that new ones are reserved in transactions that are undone.
    for (int round = 0; round < 3; ++round) {
        std::vector<JobRecord> jobs;
        for (int i = 0; i < 1500; ++i) jobs.push_back(make_job(std::to_string(i), begin));
        jobs.push_back(make_job("0", begin));
        EXPECT_THAT(store->add(jobs), ElementsAre(1500U));
    }
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 5000; ++i) jobs.push_back(make_job(std::to_string(i), begin));
    add(*store, jobs);
    EXPECT_EQ(claim(*store, begin).size(), 5000U);
    EXPECT_EQ(store->unsettled().size(), 5000U);
}

TEST_F(MysqlServer, TakesMoreInACallThanInAPacket) {
    const auto store = open();
    std::vector<JobRecord> jobs;
    for (const char* id : {"a", "b", "c"}) {
        jobs.push_back(make_job(id, begin, std::string(7 << 20, 'x')));
    }
    add(*store, jobs);
    EXPECT_EQ(ids_in(*store), (Ids{"a", "b", "c"}));
}

TEST_F(MysqlServer, RefusesAValueThatIsLongerThanAPacket) {
    const auto store = open();
    try {
        static_cast<void>(
            store->add(std::vector{make_job("a", begin, std::string(17 << 20, 'x'))}));
        ADD_FAILURE() << "it was added";
    } catch (const StoreUnavailableError& error) {
        ADD_FAILURE() << error.what();
    } catch (const StoreError& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("too long"), HasSubstr("max_allowed_packet")));
    }
    EXPECT_TRUE(ids_in(*store).empty());
    add(*store, {make_job("a", begin)});
}

TEST_F(MysqlServer, TellsLongIdsApartByTheirEnd) {
    const auto store = open();
    const std::string id(300, 'x');
    add(*store, {make_job(id + "a", begin), make_job(id + "b", begin), make_job(id, begin)});
    EXPECT_EQ(store->add(std::vector{make_job(id + "b", begin)}).size(), 1U);
    settle(*store, claim(*store, begin));
    EXPECT_EQ(store->runs({.job_id = id + "a"}).size(), 1U);
    EXPECT_EQ(store->runs({.job_id = std::string(256, 'x')}).size(), 0U);
}

TEST_F(MysqlServer, KeepsHistoryOfJobsWithinALimitThatWasLowered) {
    const std::string long_id(1000, 'x');
    auto store = open();
    add(*store, {make_job("a", begin), make_job(long_id, begin), make_job("c ", begin)});
    for (int i = 0; i < 20; ++i) settle(*store, claim(*store, begin + i * 1h));
    store->close();
    store = make_mysql_store(database.url());
    store->open({.access = StoreAccess::schedule, .history = {.runs_per_job = 3}, .now = begin});
    settle(*store, claim(*store, begin + 20h));
    for (const std::string& id : {std::string("a"), long_id, std::string("c ")}) {
        const std::vector<RunRecord> left = store->runs({.job_id = id});
        ASSERT_EQ(left.size(), 3U);
        EXPECT_EQ(left[0].scheduled, begin + 20h);
        EXPECT_EQ(left[2].scheduled, begin + 18h);
    }
    EXPECT_EQ(run("SELECT GROUP_CONCAT(history_size) FROM punctual_jobs"), "3,3,3");
    EXPECT_EQ(run("SELECT history_size FROM punctual_store"), "9");
}

}  // namespace
}  // namespace punctual::contract
