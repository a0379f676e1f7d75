// What is particular to Redis servers: those that are wrong, foreign, newer, full or in use.

#include <punctual/stores/redis.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <unistd.h>
#include <thread>

#include "contract/redis_server.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

template <class F>
std::string message_of(F function) {
    try {
        function();
    } catch (const StoreUnavailableError& error) {
        return "unavailable: " + std::string(error.what());
    } catch (const Error& error) {
        return error.what();
    }
    return "it worked";
}

std::string refusal_at(const std::string& url, StoreAccess access = StoreAccess::schedule) {
    return message_of(
        [&] { make_redis_store(url)->open({.access = access, .history = {}, .now = begin}); });
}

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

/// Tests on the server that all share, with a prefix of their own.
class RedisStores : public ::testing::Test {
protected:
    void SetUp() override {
        if (!shared_redis_url()) return skip_without_redis();
        socket_path = shared_redis_url()->substr(shared_redis_url()->find("://") + 3);
        client = std::make_unique<RedisClient>(socket_path);
    }
    void TearDown() override {
        if (client != nullptr) client->remove_keys(prefix);
    }
    [[nodiscard]] std::string url(const std::string& options = {}) const {
        return "redis+unix://" + socket_path + "?prefix=" + prefix + options;
    }
    [[nodiscard]] std::shared_ptr<JobStore> open(const std::string& options = {}) const {
        auto store = make_redis_store(url(options));
        store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        return store;
    }
    [[nodiscard]] std::string refusal(StoreAccess access = StoreAccess::schedule) const {
        return refusal_at(url(), access);
    }
    [[nodiscard]] std::string key(const std::string& name) const {
        return "{" + prefix + "}:" + name;
    }
    [[nodiscard]] std::string generation_of(const std::string& id) const {
        return client->command({"HGET", key("ids"), id});
    }

    std::string prefix = make_redis_prefix();
    std::string socket_path;
    std::unique_ptr<RedisClient> client;
};

TEST_F(RedisStores, LeaveKeysOfOtherProgramsAlone) {
    client->command({"SET", key("jobs"), "mine"});
    EXPECT_THAT(refusal(), AllOf(HasSubstr("keys of another program"), HasSubstr(key("jobs"))));
    EXPECT_EQ(client->command({"GET", key("jobs")}), "mine");
    client->command({"DEL", key("jobs")});
    client->command({"HSET", key("store"), "program", "shop"});
    EXPECT_THAT(refusal(), HasSubstr("keys of another program"));
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("keys of another program"));
    EXPECT_EQ(client->list({"KEYS", key("*")}).size(), 1u);
}

TEST_F(RedisStores, OfANewerVersionAreRefused) {
    open()->close();
    client->command({"HSET", key("store"), "schema", "99"});
    for (const StoreAccess access : {StoreAccess::schedule, StoreAccess::inspect}) {
        EXPECT_THAT(refusal(access), AllOf(HasSubstr("newer version"), HasSubstr("99")));
    }
}

TEST_F(RedisStores, HaveOneSchedulerUntilItCloses) {
    const auto first = open();
    EXPECT_THAT(refusal(), HasSubstr("is in use by another scheduler (process " +
                                     std::to_string(getpid()) + " on "));
    first->close();
    EXPECT_EQ(refusal(), "it worked");
}

TEST_F(RedisStores, KeepTheirSchedulerWhileItLives) {
    const auto first = open("&lease=1s");
    std::this_thread::sleep_for(1500ms);
    EXPECT_THAT(refusal(), HasSubstr("is in use by another scheduler"));
}

TEST_F(RedisStores, OfASchedulerElsewhereWaitForItsLease) {
    open()->close();
    client->command({"SET", key("scheduler"), "elsewhere/1/2/boot/3 0", "PX", "4500"});
    EXPECT_THAT(refusal(), HasSubstr("(process 1 on elsewhere); if that one has died, its lease "
                                     "ends in 5s"));
    EXPECT_EQ(refusal(StoreAccess::inspect), "it worked");
}

TEST_F(RedisStores, ThatWereTakenOverAreLeftAlone) {
    const auto store = open();
    client->command({"SET", key("scheduler"), "elsewhere/1/2/boot/3 0"});
    const JobRecord job = make_job("a", begin);
    EXPECT_THAT(message_of([&] { store->add(std::span(&job, 1)); }),
                HasSubstr("was taken over by another scheduler"));
    EXPECT_FALSE(store->find("a"));
    store->close();
    EXPECT_EQ(client->command({"GET", key("scheduler")}), "elsewhere/1/2/boot/3 0");
}

TEST_F(RedisStores, AreNotMadeByLooking) {
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("there is no store at redis+unix://"));
    EXPECT_TRUE(client->list({"KEYS", key("*")}).empty());
}

TEST_F(RedisStores, CanBeInspectedBesideTheirScheduler) {
    const auto scheduler = open();
    const auto inspector = make_redis_store(url());
    inspector->open({.access = StoreAccess::inspect, .history = {}, .now = begin});
    const JobRecord job = make_job("new", begin);
    EXPECT_THAT(message_of([&] { inspector->add(std::span(&job, 1)); }),
                HasSubstr("is open for looking only"));
    EXPECT_TRUE(scheduler->add(std::span(&job, 1)).empty());
    EXPECT_TRUE(inspector->find("new"));
}

TEST_F(RedisStores, LeaveOutAJobThatChangedWhileItWasDecidedAbout) {
    const auto store = open();
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin + 1s)};
    EXPECT_TRUE(store->add(jobs).empty());
    DecideBy decider([&](const JobRecord& job, Decision& decision) {
        run_each_hour(job, decision);
        decision.not_run.push_back({begin, begin, 1, RunState::skipped, "some"});
        if (job.definition->id != "a") return;
        // What an edit does, from elsewhere.
        const std::string job_key = key("job:" + generation_of("a"));
        client->command(
            {"HSET", job_key, "plan", "1" + client->command({"HGET", job_key, "plan"})});
        client->command({"HINCRBY", key("store"), "changes", "1"});
    });
    const ClaimRequest request{"default", 10};
    StoreResult result;
    store->process({.now = begin + 1s, .claims = std::span(&request, 1), .decider = &decider},
                   result);
    EXPECT_EQ(ids_of(result.claimed), (Ids{"b"}));
    EXPECT_EQ(result.not_run.size(), 1u);
    EXPECT_TRUE(result.more);
    EXPECT_EQ(store->find("a")->running, 0);
    EXPECT_EQ(store->unsettled().at(0).id, result.claimed.at(0).id);
    EXPECT_EQ(store->runs({}).size(), 1u);

    DecideBy quiet(run_each_hour);
    store->process({.now = begin + 1s, .claims = std::span(&request, 1), .decider = &quiet},
                   result);
    EXPECT_EQ(ids_of(result.claimed), (Ids{"a"}));
    EXPECT_FALSE(result.more);
}

TEST_F(RedisStores, AskAgainAboutAJobThatChangedWhileItWasEdited) {
    const auto store = open();
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
    int asked = 0;
    EditBy editor([&](std::size_t, const JobRecord* current) {
        if (++asked == 1)
            client->command({"HSET", key("job:" + generation_of("a")), "running", "7"});
        return JobEdit{.action = JobEdit::Action::put, .record = *current};
    });
    const std::string id = "a";
    store->edit(std::span(&id, 1), editor);
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(store->find("a")->running, 7);
}

TEST_F(RedisStores, SettleMoreThanOneStepTakes) {
    const auto store = open();
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 2500; ++i) jobs.push_back(make_job(std::to_string(i), begin));
    EXPECT_TRUE(store->add(jobs).empty());
    DecideBy decider(run_once);
    const ClaimRequest request{"default", 10'000};
    std::vector<Settlement> settlements;
    StoreResult result;
    do {
        store->process({.now = begin, .claims = std::span(&request, 1), .decider = &decider},
                       result);
        for (const ClaimedRun& run : result.claimed) settlements.push_back(succeed(run, begin));
    } while (result.more);
    ASSERT_EQ(settlements.size(), 2500u);
    store->process({.now = begin, .settlements = settlements}, result);
    EXPECT_EQ(result.ended.size(), 2500u);
    EXPECT_TRUE(result.superseded.empty());
    EXPECT_TRUE(store->unsettled().empty());
    EXPECT_TRUE(store->list({}, 1).jobs.empty());
    EXPECT_EQ(store->runs({.job_id = {}, .limit = 9999}).size(), 2500u);
}

TEST_F(RedisStores, LeaveNothingOfJobsThatAreGoneButTheirHistory) {
    const auto store = open();
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin)};
    EXPECT_TRUE(store->add(jobs).empty());
    store->remove_all();
    store->close();
    EXPECT_EQ(client->list({"KEYS", key("*")}), (std::vector<std::string>{key("store")}));
}

TEST_F(RedisStores, KeepWhatANewerVersionAddedToTheOptions) {
    const auto store = open();
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
    const std::string definition = key("definition:" + generation_of("a"));
    const std::string options = client->command({"HGET", definition, "options"});
    client->command({"HSET", definition, "options", "{\"colour\":\"blue\"," + options.substr(1)});
    EditBy editor([](std::size_t, const JobRecord*) {
        JobSettings settings;
        settings.max_instances = 7;
        return JobEdit{.action = JobEdit::Action::put,
                       .record = make_job("a", begin, {}, settings)};
    });
    const std::string id = "a";
    store->edit(std::span(&id, 1), editor);
    EXPECT_EQ(store->find("a")->definition->settings->max_instances, 7);
    EXPECT_THAT(client->command({"HGET", definition, "options"}), HasSubstr("\"colour\":\"blue\""));
}

TEST_F(RedisStores, KeepWhatTheyCannotRead) {
    const auto store = open();
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin)};
    EXPECT_TRUE(store->add(jobs).empty());
    const std::string trigger = R"({"type":"tidal"})";
    client->command({"HSET", key("definition:" + generation_of("a")), "task", "nowhere"});
    client->command({"HSET", key("definition:" + generation_of("b")), "trigger", trigger});
    EXPECT_THAT(store->find("a")->definition->fault(), HasSubstr("\"nowhere\""));
    EXPECT_THAT(store->find("b")->definition->fault(), HasSubstr("tidal"));
    EXPECT_EQ(client->command({"HGET", key("definition:" + generation_of("b")), "trigger"}),
              trigger);
}

TEST(RedisUrls, AreReadStrictly) {
    for (const char* url :
         {"redis://host:0", "redis://host:x", "redis://host/x", "redis://host?db=-1",
          "redis://host?colour=blue", "redis://host?prefix=a{b}", "redis://host?prefix=",
          "redis://host?timeout=5", "redis://host?lease=10ms", "redis://user@host", "redis://[::1",
          "redis://host?prefix", "redis+unix://", "unix://server/path", "sqlite:///a"}) {
        EXPECT_THROW(static_cast<void>(make_redis_store(url)), ConfigurationError) << url;
    }
    EXPECT_THAT(message_of([] { static_cast<void>(make_redis_store("redis://:se%zzcret@host")); }),
                AllOf(HasSubstr("percent code"), Not(HasSubstr("cret"))));
}

TEST(RedisUrls, AreDescribedWithoutTheirPassword) {
    EXPECT_EQ(make_redis_store("redis://")->describe(), "redis://localhost:6379/0");
    EXPECT_EQ(make_redis_store("redis://ann:s/e@c?ret@h:7/3?prefix=jobs")->describe(),
              "redis://h:7/3?prefix=jobs");
    EXPECT_EQ(make_redis_store("redis://[::1]:7")->describe(), "redis://[::1]:7/0");
    EXPECT_EQ(make_redis_store("unix://:secret@/run/redis.sock?db=2")->describe(),
              "redis+unix:///run/redis.sock?db=2");
}

}  // namespace
}  // namespace punctual::contract
