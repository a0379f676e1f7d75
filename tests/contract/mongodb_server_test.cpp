// What is particular to MongoDB servers: those that are wrong, foreign or newer.

#include <punctual/stores/mongodb.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include "contract/mongodb_server.hpp"
#include "contract/support/refusal.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(MongoDbServers, ThatAreNotThereAreNamed) {
    EXPECT_THAT(refusal_at("mongodb://ann:secret@127.0.0.1:1/jobs"),
                AllOf(StartsWith("unavailable: mongodb://127.0.0.1:1/jobs cannot be reached: "),
                      Not(HasSubstr("secret")), Not(HasSubstr("\n"))));
    EXPECT_THAT(refusal_at("mongodb://%2Fnowhere%2Fmongodb.sock"),
                StartsWith("unavailable: mongodb:///nowhere/mongodb.sock/punctual cannot be "
                           "reached: "));
}

/// Tests on the server that all share, with a prefix of their own.
class MongoDbStores : public ::testing::Test {
protected:
    void SetUp() override {
        if (!shared_mongodb_url()) return skip_without_mongodb();
        client = std::make_unique<MongoClient>();
    }
    void TearDown() override {
        if (client != nullptr) client->remove_collections(prefix);
    }
    [[nodiscard]] std::string url(const std::string& options = {}) const {
        return mongodb_url(prefix, options);
    }
    [[nodiscard]] std::shared_ptr<JobStore> open(const std::string& options = {}) const {
        auto store = make_mongodb_store(url(options));
        store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        return store;
    }
    [[nodiscard]] std::string refusal(StoreAccess access = StoreAccess::schedule) const {
        return refusal_at(url(), access);
    }
    /// An update of one document of a collection, in JSON.
    void update(const std::string& collection, const std::string& filter,
                const std::string& change) const {
        client->command(R"({"update": ")" + prefix + "." + collection + R"(", "updates": [{"q": )" +
                        filter + R"(, "u": )" + change + "}]}");
    }
    void insert(const std::string& collection, const std::string& document) const {
        client->command(R"({"insert": ")" + prefix + "." + collection + R"(", "documents": [)" +
                        document + "]}");
    }
    [[nodiscard]] std::string find(const std::string& collection) const {
        return client->command(R"({"find": ")" + prefix + "." + collection + "\"}");
    }

    /// A run, under way, of a job that it adds.
    [[nodiscard]] static ClaimedRun run_of_new_job(JobStore& store) {
        const JobRecord job = make_job("a", begin);
        EXPECT_TRUE(store.add(std::span(&job, 1)).empty());
        DecideBy decider(run_each_hour);
        const ClaimRequest request{"default", 10};
        StoreResult result;
        store.process({.now = begin, .claims = std::span(&request, 1), .decider = &decider},
                      result);
        return result.claimed.at(0);
    }

    std::string prefix = make_mongodb_prefix();
    std::unique_ptr<MongoClient> client;
};

TEST_F(MongoDbStores, LeaveCollectionsOfOtherProgramsAlone) {
    insert("jobs", R"({"_id": "mine"})");
    EXPECT_THAT(refusal(),
                AllOf(HasSubstr("a collection of another program"), HasSubstr(prefix + ".jobs")));
    client->remove_collections(prefix);
    insert("store", R"({"_id": "store", "program": "shop"})");
    EXPECT_THAT(refusal(), HasSubstr("a collection of another program"));
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("a collection of another program"));
    EXPECT_THAT(find("jobs"), HasSubstr(R"("firstBatch" : [  ])"));
}

TEST_F(MongoDbStores, OfAnotherVersionAreRefused) {
    open()->close();
    update("store", R"({"_id": "store"})", R"({"$set": {"schema": 99}})");
    for (const StoreAccess access : {StoreAccess::schedule, StoreAccess::inspect}) {
        EXPECT_THAT(refusal(access), AllOf(HasSubstr("newer version"), HasSubstr("99")));
    }
    update("store", R"({"_id": "store"})", R"({"$set": {"schema": 0}})");
    for (const StoreAccess access : {StoreAccess::schedule, StoreAccess::inspect}) {
        EXPECT_THAT(refusal(access), HasSubstr("an older version (its schema is 0"));
    }
}

TEST_F(MongoDbStores, AreNotMadeByLooking) {
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("there is no store at mongodb://"));
    EXPECT_THAT(find("store"), HasSubstr(R"("firstBatch" : [  ])"));
}

TEST_F(MongoDbStores, OfTwoPrefixesAreTwoStores) {
    const auto first = open();
    const std::string other_prefix = prefix + "-other";
    const auto second = make_mongodb_store(mongodb_url(other_prefix));
    second->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(first->add(std::span(&job, 1)).empty());
    EXPECT_FALSE(second->find("a"));
    EXPECT_TRUE(second->add(std::span(&job, 1)).empty());
    EXPECT_EQ(second->remove_all(), 1u);
    EXPECT_TRUE(first->find("a"));
    second->close();
    client->remove_collections(other_prefix);
}

TEST_F(MongoDbStores, LeaveOutAJobThatChangedWhileItWasDecidedAbout) {
    const auto store = open();
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin + 1s)};
    EXPECT_TRUE(store->add(jobs).empty());
    DecideBy decider([&](const JobRecord& job, Decision& decision) {
        run_each_hour(job, decision);
        decision.not_run.push_back({begin, begin, 1, RunState::skipped, "some"});
        if (job.definition->id != "a") return;
        // What an edit does, from elsewhere.
        update("jobs", R"({"id": "a"})", R"({"$inc": {"revision": 1}})");
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

TEST_F(MongoDbStores, AskAgainAboutAJobThatChangedWhileItWasEdited) {
    const auto store = open();
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
    int asked = 0;
    EditBy editor([&](std::size_t, const JobRecord* current) {
        if (++asked == 1) {
            update("jobs", R"({"id": "a"})", R"({"$inc": {"revision": 1, "running": 7}})");
        }
        return JobEdit{.action = JobEdit::Action::put, .record = *current};
    });
    const std::string id = "a";
    store->edit(std::span(&id, 1), editor);
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(store->find("a")->running, 7);
}

TEST_F(MongoDbStores, RefuseAJobThatIsTooLargeForTheServer) {
    const auto store = open();
    const std::vector<JobRecord> jobs = {make_job("small", begin),
                                         make_job("large", begin, std::string(16 << 20, 'x'))};
    EXPECT_THAT(message_of([&] { store->add(jobs); }),
                AllOf(HasSubstr("the job \"large\" is too large for MongoDB"),
                      Not(HasSubstr("unavailable"))));
    EXPECT_FALSE(store->find("small"));
    EXPECT_TRUE(store->add(std::span(jobs).first(1)).empty());
    EditBy editor([&](std::size_t, const JobRecord*) {
        return JobEdit{.action = JobEdit::Action::put,
                       .record = make_job("small", begin, std::string(16 << 20, 'x'))};
    });
    const std::string id = "small";
    EXPECT_THAT(message_of([&] { store->edit(std::span(&id, 1), editor); }),
                HasSubstr("the job \"small\" is too large"));
    EXPECT_EQ(store->find("small")->definition->call.arguments(), Value::array({""}));
}

TEST_F(MongoDbStores, KeepRunsWhoseOutputIsNotText) {
    const auto store = open();
    Settlement settlement = succeed(run_of_new_job(*store), begin);
    StoreResult result;
    settlement.output = std::string("\xff\0\xfe", 3);
    store->process({.now = begin, .settlements = std::span(&settlement, 1)}, result);
    EXPECT_EQ(store->runs({}).at(0).output, settlement.output);
}

TEST_F(MongoDbStores, RefuseARecordThatFillsADocument) {
    const auto store = open();
    Settlement settlement = succeed(run_of_new_job(*store), begin);
    StoreResult result;
    settlement.result = std::string(5 << 20, 'r');
    const StoreBatch batch{.now = begin, .settlements = std::span(&settlement, 1)};
    try {
        store->process(batch, result);
        ADD_FAILURE() << "it was taken";
    } catch (const StoreUnavailableError& error) {
        ADD_FAILURE() << error.what();
    } catch (const StoreError& error) {
        EXPECT_THAT(error.what(),
                    HasSubstr("at most 4194304 bytes of result, and this has 5242882"));
    }
    settlement.result = {};
    store->process(batch, result);
    EXPECT_EQ(store->runs({}).size(), 1u);
}

TEST_F(MongoDbStores, SettleMoreThanOneCommandTakes) {
    const auto store = open();
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 1200; ++i) jobs.push_back(make_job(std::to_string(i), begin));
    EXPECT_TRUE(store->add(jobs).empty());
    DecideBy decider(run_once);
    const ClaimRequest request{"default", 10'000};
    StoreResult result;
    store->process({.now = begin, .claims = std::span(&request, 1), .decider = &decider}, result);
    std::vector<Settlement> settlements;
    for (const ClaimedRun& run : result.claimed) settlements.push_back(succeed(run, begin));
    ASSERT_EQ(settlements.size(), 1200u);
    store->process({.now = begin, .settlements = settlements}, result);
    EXPECT_EQ(result.ended.size(), 1200u);
    EXPECT_TRUE(result.superseded.empty());
    EXPECT_TRUE(store->unsettled().empty());
    EXPECT_TRUE(store->list({}, 1).jobs.empty());
    EXPECT_EQ(store->runs({.job_id = {}, .limit = 9999}).size(), 1200u);
}

TEST_F(MongoDbStores, LeaveNothingOfJobsThatAreGoneButTheirHistory) {
    const auto store = open();
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin)};
    EXPECT_TRUE(store->add(jobs).empty());
    store->remove_all();
    store->close();
    for (const char* collection : {"jobs", "journal", "history"}) {
        EXPECT_THAT(find(collection), HasSubstr(R"("firstBatch" : [  ])")) << collection;
    }
}

TEST_F(MongoDbStores, KeepWhatANewerVersionAddedToTheOptions) {
    const auto store = open();
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
    update("jobs", R"({"id": "a"})",
           R"({"$set": {"definition.options": "{\"colour\":\"blue\"}"}})");
    EditBy editor([](std::size_t, const JobRecord*) {
        JobSettings settings;
        settings.max_instances = 7;
        return JobEdit{.action = JobEdit::Action::put,
                       .record = make_job("a", begin, {}, settings)};
    });
    const std::string id = "a";
    store->edit(std::span(&id, 1), editor);
    EXPECT_EQ(store->find("a")->definition->settings->max_instances, 7);
    EXPECT_THAT(find("jobs"), HasSubstr(R"(\"colour\":\"blue\")"));
}

TEST_F(MongoDbStores, KeepWhatTheyCannotRead) {
    const auto store = open();
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin)};
    EXPECT_TRUE(store->add(jobs).empty());
    update("jobs", R"({"id": "a"})", R"({"$set": {"definition.task": "nowhere"}})");
    update("jobs", R"({"id": "b"})", R"({"$set": {"definition.trigger": "{\"type\":\"tidal\"}"}})");
    EXPECT_THAT(store->find("a")->definition->fault(), HasSubstr("\"nowhere\""));
    EXPECT_THAT(store->find("b")->definition->fault(), HasSubstr("tidal"));
    EXPECT_THAT(find("jobs"), HasSubstr(R"({\"type\":\"tidal\"})"));
}

TEST(MongoDbUrls, AreReadStrictly) {
    for (const char* url :
         {"mongodb://", "mongodb://host:0", "mongodb://host:x", "mongodb://host?colour=blue",
          "mongodb://host?prefix=a$b", "mongodb://host?prefix=", "mongodb://host?prefix",
          "mongodb://host?lease=10ms", "mongodb://host?lease=5", "mongodb://host?w=0",
          "mongodb://host?readPreference=secondary", "mongodb://host?socketTimeoutMS=soon",
          "mongodb+srv://a.example.com,b.example.com", "sqlite:///a"}) {
        EXPECT_THROW(static_cast<void>(make_mongodb_store(url)), ConfigurationError) << url;
    }
    EXPECT_THAT(
        message_of([] { static_cast<void>(make_mongodb_store("mongodb://ann:se%zzcret@host")); }),
        AllOf(HasSubstr("percent code"), Not(HasSubstr("cret"))));
    EXPECT_THAT(
        message_of([] { static_cast<void>(make_mongodb_store("mongodb://h/a?w=1&ssl=2")); }),
        HasSubstr("a value of ssl that cannot be"));
}

TEST(MongoDbUrls, AreDescribedWithoutTheirPassword) {
    const auto describe = [](const char* url) { return make_mongodb_store(url)->describe(); };
    EXPECT_EQ(describe("mongodb://localhost"), "mongodb://localhost:27017/punctual");
    EXPECT_EQ(describe("mongodb://ann:s%2Fe@h:7,g/shop?prefix=jobs&replicaSet=rs0&w=1"),
              "mongodb://h:7,g:27017/shop?prefix=jobs");
    EXPECT_EQ(describe("mongodb://[::1]:7?lease=5s"), "mongodb://[::1]:7/punctual");
    EXPECT_EQ(describe("mongodb+srv://ann:secret@cluster.example.com/shop"),
              "mongodb+srv://cluster.example.com/shop");
}

}  // namespace
}  // namespace punctual::contract
