// What a PostgreSQL store keeps when connections and servers fail: everything.

#include <punctual/testing/store_contract/fixture.hpp>

#include <atomic>
#include <csignal>
#include <future>
#include <sstream>
#include <thread>

#include "contract/postgresql/postgresql_server.hpp"
#include "contract/postgresql/private_server.hpp"
#include "contract/support/server_line.hpp"
#include "contract/support/store_worker.hpp"

namespace punctual::contract {
namespace {

/// All processes of the server for a program stand still meanwhile.
class StoppedServer {
public:
    explicit StoppedServer(const std::string& application) {
        std::istringstream list(PostgresqlClient().run(
            "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE application_name = '" +
            application + "'"));
        for (pid_t process = 0; list >> process;) processes_.push_back(process);
        for (const pid_t process : processes_) kill(process, SIGSTOP);
    }
    ~StoppedServer() { go_on(); }
    StoppedServer(const StoppedServer&) = delete;
    StoppedServer& operator=(const StoppedServer&) = delete;

    void go_on() const {
        for (const pid_t process : processes_) kill(process, SIGCONT);
    }

private:
    std::vector<pid_t> processes_;
};

// Its buffers are full before all of it is sent.
TEST(PostgresqlFaults, AServerThatTakesNothingMoreIsGivenUp) {
    const PostgresqlSchema schema;
    const auto store =
        open_store(schema.url() + "&answer_timeout=1&application_name=" + schema.name());
    // With it comes a block of ids: the next jobs are sent without a question before them.
    const JobRecord first = make_job("first", begin);
    ASSERT_TRUE(store->add(std::span(&first, 1)).empty());
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 20; ++i) {
        jobs.push_back(make_job(std::to_string(i) + std::string(1 << 20, 'x'), begin));
    }
    const StoppedServer server(schema.name());
    auto adding = std::async(std::launch::async, [&] { return store->add(jobs); });
    if (adding.wait_for(60s) == std::future_status::timeout) {
        ADD_FAILURE() << "it waits for the server still";
        server.go_on();
    }
    EXPECT_THROW(adding.get(), StoreUnavailableError);
    server.go_on();
    // The server may still hold the lock of the connection that was given up.
    StoreWorker(*store).pass_in_the_end();
    EXPECT_TRUE(store->add(jobs).empty());
    EXPECT_EQ(store->list({}, 100).jobs.size(), 21u);
    store->close();
}

TEST(PostgresqlFaults, ConnectionsThatTheServerEndsAreMadeAgain) {
    const PostgresqlSchema schema;
    const auto store = open_store(schema.url() + "&application_name=" + schema.name());
    add_hourly_jobs(*store);
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
    StoreWorker worker(*store);
    while (worker.failures() < 20) worker.pass_in_the_end();
    done = true;
    terminator.join();
    worker.pass_in_the_end();
    expect_nothing_lost(*store);
    store->close();
}

TEST(PostgresqlFaults, AServerThatDiesInAPassAndComesBackHasLostNothing) {
    PrivatePostgresql server;
    const auto store = open_store(server.url());
    add_hourly_jobs(*store);
    StoreWorker worker(*store);
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
    expect_nothing_lost(*store);
    store->close();
}

TEST(PostgresqlFaults, LookingSurvivesALostConnection) {
    const PostgresqlSchema schema;
    const auto store = open_store(schema.url() + "&application_name=" + schema.name());
    add_hourly_jobs(*store);
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
    add_hourly_jobs(*store);
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
