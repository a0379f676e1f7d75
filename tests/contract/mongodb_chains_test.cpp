// Runs that the end of one job asks of another, whose documents no single step of MongoDB changes:
// each comes once, whatever is lost in between.

#include <punctual/stores/mongodb.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <map>
#include <optional>

#include "contract/mongodb_server.hpp"
#include "contract/support/cutting_proxy.hpp"
#include "contract/temporary_folder.hpp"

namespace punctual::contract {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;
using Loss = CuttingProxy::Loss;
using Causes = std::vector<RunId>;

const std::map<std::string, Ids> chains = {
    {"hourly", {"second", "third"}}, {"once", {"second"}}, {"second", {"third"}}};

std::shared_ptr<JobStore> open_chains(const std::string& url) {
    auto store = make_mongodb_store(url);
    store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
    return store;
}

void add_chains(JobStore& store) {
    const std::vector<JobRecord> jobs = {make_job("hourly", begin), make_job("once", begin),
                                         make_job("second", never), make_job("third", never)};
    EXPECT_TRUE(store.add(jobs).empty());
}

/// The settlement of a run. What it asks for is named by its id: the time it is scheduled for.
Settlement end_of(const ClaimedRun& run, Instant now) {
    Settlement settlement = succeed(run, now);
    const auto next = chains.find(run.job->id);
    if (next == chains.end()) return settlement;
    for (const std::string& id : next->second) {
        settlement.follow_ups.push_back(
            {.job_id = id, .run = {.scheduled = begin + run.id * 1us, .due = now}});
    }
    return settlement;
}

void decide_chains(const JobRecord& job, Decision& decision) {
    if (job.definition->id == "hourly") return run_each_hour(job, decision);
    if (job.definition->id == "once") return run_once(job, decision);
    decision.last_run_time = job.last_run_time;
    if (job.queued.empty()) return;
    const QueuedRun& first = job.queued.front();
    decision.runs.push_back({first.scheduled, first.due, first.attempt});
    decision.queued.assign(job.queued.begin() + 1, job.queued.end());
    if (!decision.queued.empty()) decision.due = decision.queued.front().due;
}

/// One pass over a store, from what is on record there: settles what has started, starts the rest.
void pass_over_chains(JobStore& store) {
    const std::string_view executor = "default";
    const Instant now = std::max(begin, store.next_due(std::span(&executor, 1)));
    std::vector<Settlement> settlements;
    std::vector<ClaimedRun> starts;
    for (const ClaimedRun& run : store.unsettled()) {
        if (run.started) {
            settlements.push_back(end_of(run, now));
        } else {
            starts.push_back(run);
        }
    }
    const ClaimRequest request{executor, 5};
    DecideBy decider(decide_chains);
    StoreResult result;
    store.process({.now = now,
                   .settlements = settlements,
                   .starts = starts,
                   .claims = std::span(&request, 1),
                   .decider = &decider},
                  result);
}

void pass_over_chains(JobStore& store, int times) {
    while (times-- > 0) pass_over_chains(store);
}

/// The runs that asked for those of a job, wherever these are by now.
Causes causes_of(JobStore& store, const std::string& id) {
    std::vector<Instant> scheduled;
    for (const RunRecord& run : store.runs({.job_id = id, .limit = 10'000})) {
        scheduled.push_back(run.scheduled);
    }
    for (const ClaimedRun& run : store.unsettled()) {
        if (run.job->id == id) scheduled.push_back(run.scheduled);
    }
    const std::optional<JobRecord> job = store.find(id);
    if (!job) throw JobLookupError("no job \"" + id + "\"");
    for (const QueuedRun& run : job->queued) scheduled.push_back(run.scheduled);
    Causes causes;
    for (const Instant instant : scheduled) causes.push_back((instant - begin) / 1us);
    return causes;
}

void expect_each_asked_for_once(JobStore& store) {
    std::map<std::string, Causes> ended;
    for (const auto& [id, next] : chains) {
        for (const RunRecord& run : store.runs({.job_id = id, .limit = 10'000})) {
            for (const std::string& target : next) ended[target].push_back(run.id);
        }
    }
    for (const char* id : {"second", "third"}) {
        EXPECT_THAT(causes_of(store, id), UnorderedElementsAreArray(ended[id])) << id;
    }
}

class MongoDbChains : public ::testing::Test {
protected:
    void SetUp() override {
        if (!shared_mongodb_url()) return skip_without_mongodb();
        client = std::make_unique<MongoClient>();
    }
    void TearDown() override {
        if (client != nullptr) client->remove_collections(prefix);
    }
    [[nodiscard]] std::string url() const { return mongodb_url(prefix); }
    /// The store as it is reached over a proxy.
    [[nodiscard]] std::string url_over(const std::string& socket) const {
        std::string host;
        for (const char letter : socket) host += letter == '/' ? "%2F" : std::string(1, letter);
        return "mongodb://" + host + "/?prefix=" + prefix;
    }
    void update(const std::string& id, const std::string& change) const {
        client->command(R"({"update": ")" + prefix + R"(.jobs", "updates": [{"q": {"id": ")" + id +
                        R"("}, "u": )" + change + "}]}");
    }
    [[nodiscard]] std::string jobs_on_server() const {
        return client->command(R"({"find": ")" + prefix + ".jobs\"}");
    }
    /// A new store, whose first runs have begun.
    [[nodiscard]] std::shared_ptr<JobStore> begin_anew(const std::string& url_of_store) const {
        client->remove_collections(prefix);
        auto store = open_chains(url_of_store);
        add_chains(*store);
        pass_over_chains(*store);
        return store;
    }
    void expect_chains_whole(JobStore& store) {
        pass_over_chains(store, 3);
        expect_each_asked_for_once(store);
        EXPECT_FALSE(store.find("once")) << "it has ended";
        EXPECT_THAT(jobs_on_server(), Not(HasSubstr("follow_ups")));
    }

    std::string prefix = make_mongodb_prefix();
    TemporaryFolder folder;
    std::unique_ptr<MongoClient> client;
};

TEST_F(MongoDbChains, AreWholeWhicheverMessageIsLost) {
    const std::string socket = folder.file("proxy.sock");
    CuttingProxy proxy(socket, shared_mongodb_address());
    for (const Loss loss : {Loss::question, Loss::answer, Loss::late_question}) {
        int n = 1;
        for (bool failed = true; failed && !HasFailure(); ++n) {
            SCOPED_TRACE("message " + std::to_string(n));
            const auto store = begin_anew(url_over(socket));
            proxy.cut_at(n, loss);
            failed = false;
            try {
                pass_over_chains(*store, 2);
            } catch (const StoreUnavailableError&) {
                failed = true;
            }
            proxy.recover();
            static_cast<void>(store->unsettled());
            if (loss == Loss::late_question) proxy.deliver_late_questions();
            expect_chains_whole(*store);
            store->close();
            expect_chains_whole(*open_chains(url()));
        }
        EXPECT_GT(n, 15) << "two passes take more than that";
    }
}

/// Two passes, in a process that is killed when it has the `n`-th question for the server. True
/// if it did not come to that.
bool pass_until_killed(const std::string& url, const std::string& socket, int n) {
    const pid_t child = fork();
    if (child == 0) {
        bool is_open = false;
        try {
            CuttingProxy proxy(socket, shared_mongodb_address());
            const auto store = open_chains(url);
            is_open = true;
            proxy.cut_at(n, Loss::question);
            pass_over_chains(*store, 2);
            _exit(0);
        } catch (const std::exception& error) {
            if (is_open) kill(getpid(), SIGKILL);
            std::fputs(error.what(), stderr);
            _exit(1);
        }
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << status;
    return !WIFSIGNALED(status);
}

TEST_F(MongoDbChains, AreWholeWheneverTheProcessIsKilled) {
    int n = 1;
    for (bool is_through = false; !is_through && !HasFailure(); ++n) {
        SCOPED_TRACE("killed at message " + std::to_string(n));
        begin_anew(url())->close();
        const std::string socket = folder.file(std::to_string(n) + ".sock");
        is_through = pass_until_killed(url_over(socket), socket, n);
        expect_chains_whole(*open_chains(url()));
    }
    EXPECT_GT(n, 15) << "two passes take more than that";
}

// As far as a scheduler came that was killed when the run had settled, before it was in line.
TEST_F(MongoDbChains, OfASettlementThatWasInterruptedAreFinishedByASuccessor) {
    auto store = open_chains(url());
    add_chains(*store);
    store->close();
    update("hourly", R"({"$set": {"follow_ups": [
        {"cause": 7, "job": "second", "generation": 0, "scheduled": 5, "due": 6, "attempt": 1},
        {"cause": 7, "job": "gone", "generation": 0, "scheduled": 5, "due": 6, "attempt": 1}]}})");
    store = open_chains(url());
    const QueuedRun asked_for{Instant(5us), Instant(6us), 1};
    EXPECT_EQ(store->find("second")->queued, (std::vector<QueuedRun>{asked_for}));
    EXPECT_EQ(store->find("second")->due, Instant(6us));
    EXPECT_THAT(jobs_on_server(), Not(HasSubstr("follow_ups")));
}

// As above, before it was struck out; and the job has been claimed for it since, which takes a
// scheduler that has lost its lease without knowing.
TEST_F(MongoDbChains, DoNotTakeARunTwice) {
    auto store = open_chains(url());
    add_chains(*store);
    store->close();
    update("hourly", R"({"$set": {"follow_ups": [
        {"cause": 7, "job": "second", "generation": 0, "scheduled": 5, "due": 6, "attempt": 1}
        ]}})");
    update("second", R"({"$set": {"received": [6, 7]}})");
    store = open_chains(url());
    EXPECT_TRUE(store->find("second")->queued.empty());
    EXPECT_THAT(jobs_on_server(), Not(HasSubstr("follow_ups")));
}

TEST_F(MongoDbChains, ComeToAJobThatChangesMeanwhile) {
    const auto store = begin_anew(url());
    const auto runs = store->unsettled();
    ASSERT_EQ(ids_of(runs), (Ids{"hourly", "once"}));
    // While the pass decides about another job, the one that is to get a run changes.
    DecideBy decider([&](const JobRecord& job, Decision& decision) {
        run_each_hour(job, decision);
        update("second", R"({"$inc": {"revision": 1, "running": 3}})");
    });
    const ClaimRequest request{"default", 5};
    const std::vector<Settlement> settlements = {end_of(runs[0], begin), end_of(runs[1], begin)};
    StoreResult result;
    store->process({.now = begin + 1h,
                    .settlements = settlements,
                    .claims = std::span(&request, 1),
                    .decider = &decider},
                   result);
    EXPECT_TRUE(result.superseded.empty());
    ASSERT_EQ(result.ended.size(), 1u);
    EXPECT_EQ(result.ended[0]->id, "once");
    EXPECT_EQ(store->find("second")->running, 3);
    expect_each_asked_for_once(*store);
    EXPECT_THAT(jobs_on_server(), Not(HasSubstr("follow_ups")));
}

TEST_F(MongoDbChains, LeaveOutWhatTheDocumentHasNoRoomFor) {
    const auto store = open_chains(url());
    JobRecord paused = make_job("second", never, std::string(std::size_t{11} << 20, 'x'));
    paused.state = JobState::paused;
    paused.queued.assign(49'999, {begin, begin, 1});
    const std::vector<JobRecord> jobs = {make_job("hourly", begin), make_job("once", begin), paused,
                                         make_job("third", never)};
    EXPECT_TRUE(store->add(jobs).empty());
    pass_over_chains(*store, 2);
    EXPECT_EQ(store->find("second")->queued.size(), 50'000u) << "of two that ended, one had room";
    EXPECT_EQ(causes_of(*store, "third").size(), 1u);
    EXPECT_THAT(jobs_on_server(), Not(HasSubstr("follow_ups")));
}

// The last run of each ends in one batch, so that each is over but for the other.
TEST_F(MongoDbChains, HoldAJobThatEndsInTheSameBatch) {
    const auto store = open_chains(url());
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin)};
    EXPECT_TRUE(store->add(jobs).empty());
    DecideBy decider(run_once);
    const ClaimRequest request{"default", 5};
    StoreResult result;
    store->process({.now = begin, .claims = std::span(&request, 1), .decider = &decider}, result);
    std::vector<Settlement> settlements;
    for (const ClaimedRun& run : result.claimed) settlements.push_back(succeed(run, begin + 1s));
    ASSERT_EQ(settlements.size(), 2u);
    const QueuedRun next{begin, begin + 2s, 1};
    settlements[0].follow_ups.push_back({.job_id = "b", .run = next});
    settlements[1].follow_ups.push_back({.job_id = "a", .run = next});
    store->process({.now = begin + 1s, .settlements = settlements}, result);
    // When the second one ended, the first was gone.
    EXPECT_FALSE(store->find("a"));
    ASSERT_TRUE(store->find("b"));
    EXPECT_EQ(store->find("b")->queued, (std::vector<QueuedRun>{next}));
    ASSERT_EQ(result.ended.size(), 1u);
    EXPECT_EQ(result.ended[0]->id, "a");
}

}  // namespace
}  // namespace punctual::contract
