// What is particular to Redis servers: those that are wrong, full, replicas, or nodes of a cluster.

#include <punctual/stores/redis.hpp>

#include <gmock/gmock.h>

#include <thread>

#include "contract/redis_server.hpp"
#include "contract/support/refusal.hpp"
#include "contract/support/silent_server.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/location.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Tests on a server of their own, since they change how it is.
class RedisServers : public ::testing::Test {
protected:
    void SetUp() override {
        if (!RedisServer::can_start()) skip_without_redis();
    }
};

TEST_F(RedisServers, ThatAreNotThereAreNamed) {
    EXPECT_THAT(refusal_at("redis+unix:///nowhere/redis.sock"),
                AllOf(HasSubstr("unavailable: redis+unix:///nowhere/redis.sock?db=0 cannot be "
                                "reached: No such file or directory")));
    EXPECT_THAT(refusal_at("redis://:secret@127.0.0.1:1"),
                AllOf(HasSubstr("unavailable: redis://127.0.0.1:1/0 cannot be reached: Connection "
                                "refused"),
                      Not(HasSubstr("secret"))));
}

TEST_F(RedisServers, OfOneNameAreTriedOneAfterTheOther) {
    const std::string port = find_free_port();
    const RedisServer server({"--bind", "127.0.0.1", "--port", port, "--requirepass", "right"});
    const SilentServer silent("127.0.0.2", port);
    const auto addresses = [](const std::string&) -> std::vector<std::string> {
        return {"127.0.0.3", "127.0.0.2", "127.0.0.1"};
    };
    detail::RedisConnection connection(
        detail::parse_redis_url("redis://:right@db.test:" + port + "?connect_timeout=1s"),
        addresses);
    EXPECT_EQ(connection.run({"ECHO", "here"}).value().text(), "here");
}

// As one with a single address.
TEST_F(RedisServers, ThatAreTheLastOfANameHaveTheirTimeToAnswer) {
    const SilentServer silent("127.0.0.2");
    const auto addresses = [](const std::string&) -> std::vector<std::string> {
        return {"127.0.0.3", "127.0.0.2"};
    };
    detail::RedisConnection connection(
        detail::parse_redis_url("redis://db.test:" + silent.port() +
                                "?connect_timeout=100ms&answer_timeout=200ms"),
        addresses);
    EXPECT_THAT(message_of([&] {
                    connection.run({"ECHO", "here"});
                }),
                HasSubstr("no answer within 200ms"));
}

TEST_F(RedisServers, OfOneNameThatAllFailAreAllToldOf) {
    const SilentServer silent("127.0.0.2");
    const auto addresses = [](const std::string&) -> std::vector<std::string> {
        return {"127.0.0.2", "127.0.0.3"};
    };
    detail::RedisConnection connection(
        detail::parse_redis_url("redis://db.test:" + silent.port() + "?connect_timeout=100ms"),
        addresses);
    EXPECT_EQ(message_of([&] {
                  connection.run({"ECHO", "here"});
              }),
              "unavailable: redis://db.test:" + silent.port() +
                  "/0 cannot be reached: 127.0.0.2: no answer; 127.0.0.3: Connection refused");
}

TEST_F(RedisServers, WantTheRightPassword) {
    const RedisServer server({"--requirepass", "right"});
    const auto url = [&](const std::string& user) {
        return "redis+unix://" + user + server.socket_path();
    };
    EXPECT_EQ(refusal_at(url(":right@")), "it worked");
    EXPECT_THAT(refusal_at(url("")), AllOf(HasSubstr("wants a password"), Not(HasSubstr("\n"))));
    EXPECT_THAT(refusal_at(url(":wrong@")),
                AllOf(HasSubstr("refuses this user or password"), Not(HasSubstr("wrong@"))));
    EXPECT_THAT(refusal_at(url("someone:wrong@")), HasSubstr("refuses this user or password"));
}

TEST_F(RedisServers, ThatWantNoPasswordSaySo) {
    const RedisServer server;
    EXPECT_THAT(refusal_at("redis+unix://:some@" + server.socket_path()),
                HasSubstr("refuses this user or password"));
}

TEST_F(RedisServers, HaveSoManyDatabases) {
    const RedisServer server;
    EXPECT_EQ(refusal_at(server.url("?db=15")), "it worked");
    EXPECT_THAT(refusal_at(server.url("?db=16")),
                AllOf(HasSubstr("?db=16"), HasSubstr("names a database that the server does not")));
}

TEST_F(RedisServers, ThatAreReplicasAreRefused) {
    const RedisServer server({"--replicaof", "127.0.0.1 1"});
    EXPECT_THAT(refusal_at(server.url()), HasSubstr("is a read-only replica"));
}

TEST_F(RedisServers, ThatDropKeysAreRefused) {
    const RedisServer server({"--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"});
    EXPECT_THAT(refusal_at(server.url()), HasSubstr("maxmemory-policy allkeys-lru"));
}

std::vector<std::string> ids_after_a_pass(const std::string& url) {
    const auto store = make_redis_store(url);
    store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin)};
    EXPECT_TRUE(store->add(jobs).empty());
    DecideBy decider(run_once);
    const ClaimRequest request{"default", 10};
    StoreResult result;
    store->process({.now = begin, .claims = std::span(&request, 1), .decider = &decider}, result);
    const Settlement settlement = succeed(result.claimed.at(0), begin);
    store->process({.now = begin, .settlements = std::span(&settlement, 1)}, result);
    auto ids = ids_of(store->list({}, 10).jobs);
    store->remove_all();
    store->close();
    return ids;
}

TEST_F(RedisServers, AreReachedByTheirPort) {
    const std::string port = find_free_port();
    const RedisServer server({"--port", port, "--bind", "127.0.0.1"});
    EXPECT_EQ(ids_after_a_pass("redis://127.0.0.1:" + port + "/3"), (Ids{"b"}));
    EXPECT_THAT(refusal_at("redis://localhost:" + port + "/99"),
                HasSubstr("redis://localhost:" + port + "/99 names a database"));
}

TEST_F(RedisServers, MayBeNodesOfACluster) {
    const std::string port = find_free_port();
    const RedisServer server({"--port", port, "--bind", "127.0.0.1", "--cluster-enabled", "yes",
                              "--cluster-port", find_free_port()});
    RedisClient client(server.socket_path());
    EXPECT_THAT(refusal_at(server.url()), HasSubstr("is not ready: "));
    ASSERT_EQ(client.command({"CLUSTER", "ADDSLOTSRANGE", "0", "16383"}), "OK");
    for (int i = 0; i < 500; ++i) {
        if (client.command({"CLUSTER", "INFO"}).starts_with("cluster_state:ok")) break;
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_EQ(ids_after_a_pass(server.url()), (Ids{"b"}));
}

TEST_F(RedisServers, ThatAreFullDoNothingByHalves) {
    const RedisServer server;
    const auto store = make_redis_store(server.url());
    store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
    RedisClient client(server.socket_path());
    client.command({"CONFIG", "SET", "maxmemory", "1"});
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin)};
    EXPECT_THAT(message_of([&] { store->add(jobs); }),
                AllOf(HasSubstr("unavailable: "), HasSubstr("has no memory left")));
    EXPECT_TRUE(store->list({}, 10).jobs.empty());
    client.command({"CONFIG", "SET", "maxmemory", "0"});
    EXPECT_TRUE(store->add(jobs).empty());
}

}  // namespace
}  // namespace punctual::contract
