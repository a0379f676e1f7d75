// What a PostgreSQL store keeps when connections and servers fail: everything.

#include <punctual/testing/store_contract/fixture.hpp>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "contract/postgresql/cutting_proxy.hpp"
#include "contract/postgresql/postgresql_server.hpp"
#include "contract/postgresql/private_server.hpp"

namespace punctual::contract {
namespace {

std::shared_ptr<JobStore> open_store(const std::string& url) {
    auto store = make_postgresql_store(url);
    store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
    return store;
}

void add_jobs(JobStore& store) {
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 8; ++i) {
        jobs.push_back(make_job("job " + std::to_string(i), begin + i * 1s));
    }
    ASSERT_TRUE(store.add(jobs).empty());
}

/// What a scheduler does with a store: it settles what it has, starts it, and claims.
class Worker {
public:
    explicit Worker(JobStore& store) : store_(store) {}

    void pass() {
        const ClaimRequest request{"default", 5};
        DecideBy decider(run_each_hour);
        now_ += 20min;
        std::vector<Settlement> settlements;
        for (const ClaimedRun& run : claimed_) settlements.push_back(succeed(run, now_));
        store_.process({.now = now_,
                        .settlements = settlements,
                        .claims = std::span(&request, 1),
                        .decider = &decider},
                       result_);
        claimed_ = result_.claimed;
    }
    /// A pass, until the store is there again. After an error it takes up what is on record.
    void pass_in_the_end() {
        while (true) {
            try {
                if (uncertain_) claimed_ = store_.unsettled();
                uncertain_ = false;
                pass();
                return;
            } catch (const StoreUnavailableError&) {
                ++failures_;
                uncertain_ = true;
                std::this_thread::sleep_for(20ms);
            }
        }
    }
    void settle_all() {
        std::vector<Settlement> settlements;
        for (const ClaimedRun& run : store_.unsettled()) settlements.push_back(succeed(run, now_));
        store_.process({.now = now_, .settlements = settlements}, result_);
    }
    [[nodiscard]] int failures() const { return failures_; }

private:
    JobStore& store_;
    Instant now_ = begin;
    std::vector<ClaimedRun> claimed_;
    StoreResult result_;
    bool uncertain_ = false;
    int failures_ = 0;
};

/// Every instant up to the next has one record, and nothing is left running.
void expect_that_nothing_was_lost_or_doubled(JobStore& store) {
    std::map<std::string, std::set<Instant>> instants;
    std::size_t count = 0;
    for (const RunRecord& record : store.runs({.job_id = {}, .limit = 1'000'000})) {
        EXPECT_TRUE(instants[record.job_id].insert(record.scheduled).second) << record.job_id;
        ++count;
    }
    std::size_t expected = 0;
    for (const JobRecord& job : store.list({}, 100).jobs) {
        EXPECT_EQ(job.running, 0) << job.definition->id;
        const Instant first = begin + std::stoi(job.definition->id.substr(4)) * 1s;
        for (Instant due = first; due < job.next_run_time; due += 1h) {
            EXPECT_TRUE(instants[job.definition->id].contains(due)) << job.definition->id;
            ++expected;
        }
    }
    EXPECT_EQ(count, expected);
    EXPECT_GT(count, 0u);
}

TEST(PostgresqlFaults, ACommitWhoseAnswerWasLostIsFoundAgain) {
    const PostgresqlSchema schema;
    CuttingProxy proxy(socket_folder());
    const auto store = open_store("postgresql://punctual@/postgres?host=" + proxy.host() +
                                  "&schema=" + schema.name());
    add_jobs(*store);
    const ClaimRequest request{"default", 100};
    DecideBy decider(run_each_hour);
    StoreResult result;
    const StoreBatch batch{
        .now = begin + 10s, .claims = std::span(&request, 1), .decider = &decider};
    proxy.cut_after_next_commit();
    EXPECT_THROW(store->process(batch, result), StoreUnavailableError);
    EXPECT_TRUE(proxy.has_cut());
    EXPECT_TRUE(result.claimed.empty());
    const std::vector<ClaimedRun> claimed = store->unsettled();
    EXPECT_EQ(claimed.size(), 8u);
    store->process(batch, result);
    EXPECT_TRUE(result.claimed.empty());

    std::vector<Settlement> settlements;
    for (const ClaimedRun& run : claimed) settlements.push_back(succeed(run, begin + 20s));
    const StoreBatch settling{.now = begin + 20s, .settlements = settlements};
    proxy.cut_after_next_commit();
    EXPECT_THROW(store->process(settling, result), StoreUnavailableError);
    EXPECT_TRUE(store->unsettled().empty());
    store->process(settling, result);
    EXPECT_EQ(result.superseded.size(), 8u);
    expect_that_nothing_was_lost_or_doubled(*store);

    const JobRecord job = make_job("another", begin);
    proxy.cut_after_next_commit();
    EXPECT_THROW(store->add(std::span(&job, 1)), StoreUnavailableError);
    EXPECT_EQ(store->add(std::span(&job, 1)), (std::vector<std::size_t>{0}));
    store->close();
}

TEST(PostgresqlFaults, ConnectionsThatTheServerEndsAreMadeAgain) {
    const PostgresqlSchema schema;
    const auto store = open_store(schema.url() + "&application_name=" + schema.name());
    add_jobs(*store);
    const std::string terminate =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '" +
        schema.name() + "'";
    std::atomic<bool> done = false;
    std::thread terminator([&] {
        PostgresqlClient client;
        for (int i = 0; !done; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20 + i * 37 % 60));
            client.run(terminate);
        }
    });
    Worker worker(*store);
    while (worker.failures() < 20) worker.pass_in_the_end();
    done = true;
    terminator.join();
    worker.pass_in_the_end();
    worker.settle_all();
    expect_that_nothing_was_lost_or_doubled(*store);
    store->close();
}

TEST(PostgresqlFaults, AServerThatDiesInAPassAndComesBackHasLostNothing) {
    PrivatePostgresql server;
    const auto store = open_store(server.url());
    add_jobs(*store);
    Worker worker(*store);
    for (int round = 0; round < 3; ++round) {
        std::thread killer([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50 + 13 * round));
            server.die();
            std::this_thread::sleep_for(100ms);
            server.start();
        });
        const int before = worker.failures();
        while (worker.failures() == before) worker.pass_in_the_end();
        killer.join();
    }
    worker.pass_in_the_end();
    worker.settle_all();
    expect_that_nothing_was_lost_or_doubled(*store);
    store->close();
}

TEST(PostgresqlFaults, ATransactionThatTheServerUndoesForADeadlockIsTriedAgain) {
    const PostgresqlSchema schema;
    const auto store = open_store(schema.url());
    add_jobs(*store);
    const std::string lock = "SELECT 1 FROM " + schema.name() + ".punctual_jobs WHERE id = 'job ";
    PostgresqlClient client;
    client.run("SET deadlock_timeout = '10s'; BEGIN; " + lock + "2' FOR UPDATE");
    int edits = 0;
    std::thread other;
    EditBy editor([&](std::size_t index, const JobRecord* current) {
        ++edits;
        if (index == 999 && !other.joinable()) {
            // The store has locked the first job by now and is about to wait for this one's.
            other = std::thread([&] {
                client.run(lock + "1' FOR UPDATE");
                client.run("COMMIT");
            });
        }
        JobEdit edit{.action = current == nullptr ? JobEdit::Action::keep : JobEdit::Action::put};
        if (current != nullptr) edit.record = *current;
        return edit;
    });
    // Jobs are locked a thousand at a time: the first now, the other with the last part.
    std::vector<std::string> ids = {"job 1"};
    for (int i = 0; i < 1000; ++i) ids.push_back("none " + std::to_string(i));
    ids.push_back("job 2");
    EXPECT_NO_THROW(store->edit(ids, editor));
    other.join();
    EXPECT_GT(edits, 1002);
    store->close();
}

TEST(PostgresqlFaults, LookingSurvivesALostConnection) {
    const PostgresqlSchema schema;
    const auto store = open_store(schema.url() + "&application_name=" + schema.name());
    add_jobs(*store);
    PostgresqlClient().run(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '" +
        schema.name() + "'");
    EXPECT_TRUE(store->find("job 1"));
    EXPECT_EQ(store->list({}, 100).jobs.size(), 8u);
    store->close();
}

TEST(PostgresqlFaults, AnotherSchedulerThatCameInBetweenIsNotDisturbed) {
    const PostgresqlSchema schema;
    const auto store = open_store(schema.url() + "&application_name=" + schema.name());
    add_jobs(*store);
    PostgresqlClient().run(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '" +
        schema.name() + "'");
    std::shared_ptr<JobStore> other;
    while (other == nullptr) {
        try {
            other = open_store(schema.url());
        } catch (const StoreError&) {
            std::this_thread::sleep_for(10ms);
        }
    }
    const JobRecord job = make_job("another", begin);
    for (int i = 0; i < 3; ++i) {
        EXPECT_THROW(store->add(std::span(&job, 1)), StoreUnavailableError);
    }
    EXPECT_TRUE(other->add(std::span(&job, 1)).empty());
    other->close();
    store->close();
}

}  // namespace
}  // namespace punctual::contract
