// What a PostgreSQL store keeps when connections and servers fail: everything.

#include <punctual/testing/store_contract/fixture.hpp>

#include <atomic>
#include <thread>

#include "contract/postgresql/postgresql_server.hpp"
#include "contract/postgresql/private_server.hpp"
#include "contract/support/server_line.hpp"
#include "contract/support/store_worker.hpp"

namespace punctual::contract {
namespace {

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
