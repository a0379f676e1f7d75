// What is particular to a store among the keys of a Redis server: keys that are foreign, newer,
// or changed by others.

#include <punctual/stores/redis.hpp>

#include <gmock/gmock.h>

#include "contract/redis_server.hpp"
#include "contract/support/refusal.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

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

TEST_F(RedisStores, OfAnotherVersionAreRefused) {
    open()->close();
    client->command({"HSET", key("store"), "schema", "99"});
    for (const StoreAccess access : {StoreAccess::schedule, StoreAccess::inspect}) {
        EXPECT_THAT(refusal(access), AllOf(HasSubstr("newer version"), HasSubstr("99")));
    }
    client->command({"HSET", key("store"), "schema", "0"});
    for (const StoreAccess access : {StoreAccess::schedule, StoreAccess::inspect}) {
        EXPECT_THAT(refusal(access), HasSubstr("an older version (its schema is 0"));
    }
}

TEST_F(RedisStores, AreNotMadeByLooking) {
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("there is no store at redis+unix://"));
    EXPECT_TRUE(client->list({"KEYS", key("*")}).empty());
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

TEST_F(RedisStores, EditMoreJobsThanOneCommandTakes) {
    const auto store = open();
    std::vector<std::string> ids;
    for (int i = 0; i < 20'000; ++i) ids.push_back(std::to_string(i));
    EditBy put([&](std::size_t index, const JobRecord* current) {
        EXPECT_EQ(current, nullptr);
        return JobEdit{.action = JobEdit::Action::put, .record = make_job(ids[index], begin)};
    });
    store->edit(ids, put);
    EXPECT_EQ(client->command({"EXISTS", key("adding")}), "0");
    EXPECT_EQ(client->command({"ZCARD", key("jobs")}), "20000");
    EXPECT_EQ(ids_of(store->list({}, 2).jobs), (Ids{"0", "1"}));
    EditBy pause([&](std::size_t index, const JobRecord* current) {
        EXPECT_EQ(current->definition->id, ids[index]);
        JobEdit edit{.action = JobEdit::Action::put, .record = *current};
        edit.record.state = JobState::paused;
        edit.record.next_run_time = edit.record.due = never;
        return edit;
    });
    store->edit(ids, pause);
    EXPECT_EQ(store->find("19999")->state, JobState::paused);
    EditBy removal(
        [](std::size_t, const JobRecord*) { return JobEdit{.action = JobEdit::Action::remove}; });
    store->edit(ids, removal);
    EXPECT_EQ(client->command({"ZCARD", key("jobs")}), "0");
    // Long commands are in its log, which has the first words of each and counts the others.
    const std::string words = client->command(
        {"EVAL",
         "local most = 0 for _, entry in ipairs(redis.call('SLOWLOG', 'GET', '1000')) do "
         "for _, word in ipairs(entry[4]) do "
         "most = math.max(most, tonumber(string.match(word, '(%d+) more arguments') or 0)) end end "
         "return most",
         "0"});
    EXPECT_LT(std::stoi(words), 100'000) << "Redis before 7 takes a million";
}

TEST_F(RedisStores, AddMoreJobsThanOneCommandTakes) {
    const auto store = open();
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 100'000; ++i) jobs.push_back(make_job(std::to_string(i), begin));
    jobs.push_back(make_job("7", begin));
    EXPECT_EQ(store->add(jobs), (std::vector<std::size_t>{100'000}));
    EXPECT_FALSE(store->find("0"));
    EXPECT_EQ(client->command({"EXISTS", key("adding")}), "0");
    jobs.pop_back();
    EXPECT_TRUE(store->add(jobs).empty());
    EXPECT_EQ(client->command({"EXISTS", key("adding")}), "0");
    EXPECT_EQ(client->command({"ZCARD", key("jobs")}), "100000");
    EXPECT_EQ(ids_of(store->list({}, 2).jobs), (Ids{"0", "1"}));
    EXPECT_EQ(store->find("99999")->definition->call.arguments(), Value::array({""}));
    EXPECT_EQ(store->remove_all(), 100'000u);
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

TEST_F(RedisStores, SettleARunOnceHoweverOftenABatchHasIt) {
    const auto store = open();
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin)};
    EXPECT_TRUE(store->add(jobs).empty());
    DecideBy decider(run_each_hour);
    const ClaimRequest request{"default", 10};
    StoreResult result;
    store->process({.now = begin, .claims = std::span(&request, 1), .decider = &decider}, result);
    const std::vector<ClaimedRun> runs = result.claimed;
    ASSERT_EQ(runs.size(), 2u);
    const std::vector<Settlement> settlements(2, succeed(runs[0], begin));
    // What comes with it is done all the same, but for the job that is not as it was expected to
    // be.
    store->process({.now = begin + 1h,
                    .settlements = settlements,
                    .starts = runs,
                    .claims = std::span(&request, 1),
                    .decider = &decider},
                   result);
    EXPECT_EQ(result.superseded, (std::vector<RunId>{runs[0].id, runs[0].id}));
    EXPECT_EQ(ids_of(result.claimed), (Ids{"b"}));
    EXPECT_TRUE(result.more);
    EXPECT_EQ(store->find("a")->running, 0);
    EXPECT_EQ(store->runs({}).size(), 1u);
    store->process({.now = begin + 1h, .claims = std::span(&request, 1), .decider = &decider},
                   result);
    EXPECT_EQ(ids_of(result.claimed), (Ids{"a"}));
}

TEST_F(RedisStores, DecideAboutWhatTheSamePassQueuesUnlessItIsSuperseded) {
    const auto store = open();
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin + 1h)};
    EXPECT_TRUE(store->add(jobs).empty());
    std::vector<std::size_t> seen;
    DecideBy decider([&](const JobRecord& job, Decision& decision) {
        run_each_hour(job, decision);
        seen.push_back(job.queued.size());
    });
    const ClaimRequest request{"default", 10};
    StoreResult result;
    store->process({.now = begin, .claims = std::span(&request, 1), .decider = &decider}, result);
    Settlement settlement = succeed(result.claimed.at(0), begin + 1s);
    settlement.ends_group = false;
    // One due before the job is, and one after.
    for (const Instant due : {begin + 1s, begin + 2h}) {
        settlement.follow_ups.push_back({.job_id = "b", .run = {begin, due, 1}});
    }
    const auto settle_and_claim = [&](Instant now) {
        store->process({.now = now,
                        .settlements = std::span(&settlement, 1),
                        .claims = std::span(&request, 1),
                        .decider = &decider},
                       result);
        return ids_of(result.claimed);
    };
    EXPECT_EQ(settle_and_claim(begin + 1h), (Ids{"a", "b"}));
    EXPECT_FALSE(result.more);
    EXPECT_TRUE(store->find("b")->queued.empty());
    EXPECT_EQ(settle_and_claim(begin + 2h), (Ids{"a"}));
    EXPECT_TRUE(result.more);
    EXPECT_EQ(seen, (std::vector<std::size_t>{0, 0, 2, 0, 2}));
    EXPECT_TRUE(store->find("b")->queued.empty());
    EXPECT_EQ(store->find("b")->due, begin + 2h);
}

TEST_F(RedisStores, ClaimNoJobThatLeavesInTheSamePass) {
    const auto store = open();
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
    DecideBy decider([](const JobRecord& current, Decision& decision) {
        run_once(current, decision);
        decision.due = begin + 1h;
    });
    const ClaimRequest request{"default", 10};
    StoreResult result;
    store->process({.now = begin, .claims = std::span(&request, 1), .decider = &decider}, result);
    const Settlement settlement = succeed(result.claimed.at(0), begin + 1h);
    store->process({.now = begin + 1h,
                    .settlements = std::span(&settlement, 1),
                    .claims = std::span(&request, 1),
                    .decider = &decider},
                   result);
    EXPECT_EQ(result.ended.size(), 1u);
    EXPECT_TRUE(result.claimed.empty());
    EXPECT_TRUE(store->unsettled().empty());
    EXPECT_FALSE(store->find("a"));
}

TEST_F(RedisStores, GoOnWhereALineOfRunsCannotBeRead) {
    const auto store = open();
    std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin)};
    for (JobRecord& job : jobs) job.queued = {{begin, begin, 1}};
    EXPECT_TRUE(store->add(jobs).empty());
    client->command({"HSET", key("queued"), generation_of("a"), "1 2"});
    EXPECT_TRUE(store->find("a")->queued.empty());
    EXPECT_EQ(store->find("b")->queued, jobs[1].queued);
    store->remove_all();
    EXPECT_EQ(client->command({"EXISTS", key("queued")}), "0");
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

}  // namespace
}  // namespace punctual::contract
