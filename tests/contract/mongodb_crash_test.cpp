// What a MongoDB store keeps when processes are killed and connections are cut: everything.

#include <punctual/stores/mongodb.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <random>
#include <thread>

#include "contract/cutting_proxy.hpp"
#include "contract/mongodb_server.hpp"
#include "contract/store_worker.hpp"
#include "contract/temporary_folder.hpp"

namespace punctual::contract {
namespace {

using ::testing::HasSubstr;
using Loss = CuttingProxy::Loss;

std::shared_ptr<JobStore> open_store(const std::string& url) {
    auto store = make_mongodb_store(url);
    store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
    return store;
}

class MongoDbCrashes : public ::testing::Test {
protected:
    void SetUp() override {
        if (!shared_mongodb_url()) return skip_without_mongodb();
        client = std::make_unique<MongoClient>();
        proxy = std::make_unique<CuttingProxy>(folder.file("proxy.sock"), shared_mongodb_address());
    }
    void TearDown() override {
        if (client != nullptr) client->remove_collections(prefix);
    }
    /// A store that is reached over the proxy.
    [[nodiscard]] std::string url_of_proxy() const {
        std::string host = folder.file("proxy.sock");
        for (std::size_t at = host.find('/'); at != std::string::npos; at = host.find('/')) {
            host.replace(at, 1, "%2F");
        }
        return "mongodb://" + host + "/?prefix=" + prefix;
    }

    /// Does `before`, then `work` while message `n` is lost, and `after` when all is well again;
    /// for all `n` until none is lost any more. Returns how many there were.
    template <class Before, class Work, class After>
    int lose_each_message(Loss loss, Before before, Work work, After after) {
        int n = 1;
        for (bool failed = true; failed; ++n) {
            client->remove_collections(prefix);
            const auto store = open_store(url_of_proxy());
            add_hourly_jobs(*store);
            before(*store);
            proxy->cut_at(n, loss);
            failed = false;
            try {
                work(*store);
            } catch (const StoreUnavailableError&) {
                failed = true;
            }
            proxy->recover();
            after(*store);
            store->close();
            const auto reopened = open_store(mongodb_url(prefix));
            after(*reopened);
            if (HasFailure()) {
                ADD_FAILURE() << "when message " << n << " was lost";
                return n;
            }
        }
        return n - 1;
    }

    std::string prefix = make_mongodb_prefix();
    TemporaryFolder folder;
    std::unique_ptr<MongoClient> client;
    std::unique_ptr<CuttingProxy> proxy;
};

TEST_F(MongoDbCrashes, NothingIsLostWhicheverMessageIsLost) {
    for (const Loss loss : {Loss::question, Loss::answer}) {
        const int messages = lose_each_message(
            loss, [](JobStore& store) { StoreWorker(store).pass(); },
            [](JobStore& store) {
                StoreWorker worker(store);
                for (int i = 0; i < 2; ++i) worker.pass();
            },
            [](JobStore& store) {
                StoreWorker worker(store);
                for (int i = 0; i < 3; ++i) worker.pass();
                expect_nothing_lost(store);
            });
        EXPECT_GT(messages, 8) << "two passes take more than that";
    }
}

TEST_F(MongoDbCrashes, AStepThatTheServerComesToLateIsNotDone) {
    lose_each_message(
        Loss::late_question, [](JobStore& store) { StoreWorker(store).pass(); },
        [](JobStore& store) {
            StoreWorker worker(store);
            for (int i = 0; i < 2; ++i) worker.pass();
        },
        [this](JobStore& store) {
            StoreWorker worker(store);
            const auto known = ids_of(store.unsettled());
            proxy->deliver_late_questions();
            EXPECT_EQ(ids_of(store.unsettled()), known);
            for (int i = 0; i < 3; ++i) worker.pass();
            expect_nothing_lost(store);
        });
}

TEST_F(MongoDbCrashes, JobsAreAddedTogetherOrNotAtAllWhicheverMessageIsLost) {
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin),
                                         make_job("c", begin)};
    for (const Loss loss : {Loss::question, Loss::answer}) {
        const int messages = lose_each_message(
            loss, [](JobStore&) {}, [&](JobStore& store) { store.add(jobs); },
            [&](JobStore& store) {
                static_cast<void>(store.unsettled());
                const std::size_t count = store.list({}, 100).jobs.size();
                EXPECT_TRUE(count == 8 || count == 11) << count;
                EXPECT_EQ(store.add(jobs).empty(), count == 8);
            });
        EXPECT_GT(messages, 2);
    }
}

TEST_F(MongoDbCrashes, JobsAreEditedTogetherOrNotAtAllWhicheverMessageIsLost) {
    const std::vector<std::string> ids = {"job 1", "job 2", "new", "job 3"};
    EditBy editor([](std::size_t index, const JobRecord* current) {
        if (index == 2) {
            return JobEdit{.action = JobEdit::Action::put, .record = make_job("new", begin + 9h)};
        }
        if (index == 3) return JobEdit{.action = JobEdit::Action::remove};
        JobEdit edit{.action = JobEdit::Action::put, .record = *current};
        edit.record.next_run_time = edit.record.due = begin + 5h;
        edit.not_run.push_back({begin, begin + 4h, 5, RunState::skipped, "moved"});
        return edit;
    });
    for (const Loss loss : {Loss::question, Loss::answer}) {
        const int messages = lose_each_message(
            loss, [](JobStore&) {}, [&](JobStore& store) { store.edit(ids, editor); },
            [](JobStore& store) {
                static_cast<void>(store.unsettled());
                const bool is_done = store.find("new").has_value();
                EXPECT_EQ(store.find("job 3").has_value(), !is_done);
                for (const char* id : {"job 1", "job 2"}) {
                    EXPECT_EQ(store.find(id)->next_run_time == begin + 5h, is_done) << id;
                    EXPECT_EQ(store.runs({.job_id = id}).size(), is_done ? 1u : 0u) << id;
                }
            });
        EXPECT_GT(messages, 4);
    }
}

TEST_F(MongoDbCrashes, AllJobsAreRemovedOrNoneWhicheverMessageIsLost) {
    for (const Loss loss : {Loss::question, Loss::answer}) {
        lose_each_message(
            loss, [](JobStore& store) { StoreWorker(store).pass(); },
            [](JobStore& store) { store.remove_all(); },
            [](JobStore& store) {
                static_cast<void>(store.unsettled());
                const std::size_t count = store.list({}, 100).jobs.size();
                EXPECT_TRUE(count == 0 || count == 8) << count;
            });
    }
}

[[noreturn]] void work_until_killed(const std::string& url, int progress) {
    try {
        const auto store = open_store(url);
        StoreWorker worker(*store);
        for (;;) {
            worker.pass();
            if (write(progress, ".", 1) != 1) _exit(0);
        }
    } catch (const std::exception& error) {
        std::fputs(error.what(), stderr);
        _exit(1);
    }
}

/// Kills a process at work after `passes` passes and a while; returns how it ended.
int kill_a_worker(const std::string& url, int passes, std::chrono::microseconds pause) {
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0) return -1;
    const pid_t child = fork();
    if (child == 0) {
        close(pipe_ends[0]);
        work_until_killed(url, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    char dot = 0;
    while (passes-- > 0 && read(pipe_ends[0], &dot, 1) == 1) {
    }
    std::this_thread::sleep_for(pause);
    kill(child, SIGKILL);
    close(pipe_ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

TEST_F(MongoDbCrashes, NothingIsLostWheneverTheProcessIsKilledAndItsSuccessorNeedNotWait) {
    // The proxy's thread would not live on in the process that is killed.
    proxy.reset();
    const std::string url = mongodb_url(prefix);
    {
        const auto store = open_store(url);
        add_hourly_jobs(*store);
        store->close();
    }
    std::mt19937 random(20250101);
    for (int round = 0; round < 30; ++round) {
        const int passes = std::uniform_int_distribution(1, 6)(random);
        const auto pause = std::uniform_int_distribution(0, 4000)(random) * 1us;
        const int status = kill_a_worker(url, passes, pause);
        ASSERT_TRUE(WIFSIGNALED(status)) << "round " << round;
        const auto store = open_store(url);
        expect_nothing_lost(*store);
        store->close();
        ASSERT_FALSE(HasFailure()) << "round " << round;
    }
}

/// Claims the only job, with two runs of which the second waits.
std::vector<ClaimedRun> claim_two_runs(JobStore& store) {
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(store.add(std::span(&job, 1)).empty());
    DecideBy decider([](const JobRecord& due, Decision& decision) {
        run_each_hour(due, decision);
        decision.runs.push_back({begin + 1s, begin + 1s});
    });
    const ClaimRequest request{"default", 10};
    StoreResult result;
    store.process({.now = begin, .claims = std::span(&request, 1), .decider = &decider}, result);
    return result.claimed;
}

/// As far as a settlement, or a removal, came that was interrupted.
std::string half_an_outcome(const std::string& prefix, const ClaimedRun& run, const char* state) {
    return R"({"insert": ")" + prefix + R"(.history", "documents": [{"_id": )" +
           std::to_string(run.id) + R"(, "job": "a", "state": ")" + state +
           R"(", "attempt": 1, "count": 1, "ends_group": false}]})";
}

TEST_F(MongoDbCrashes, AnOutcomeOnRecordIsNotLostAgainByASuccessor) {
    auto store = open_store(mongodb_url(prefix));
    const auto runs = claim_two_runs(*store);
    client->command(half_an_outcome(prefix, runs.at(0), "succeeded"));
    client->command(half_an_outcome(prefix, runs.at(1), "cancelled"));
    store->close();
    store = open_store(mongodb_url(prefix));
    // Its job is there, so that the second one was not cancelled in the end.
    ASSERT_EQ(store->unsettled().size(), 1u);
    EXPECT_EQ(store->unsettled()[0].id, runs.at(1).id);
    EXPECT_EQ(store->find("a")->running, 1);
    EXPECT_EQ(store->runs({}).at(1).state, RunState::succeeded);
}

TEST_F(MongoDbCrashes, AnOutcomeReplacesWhatAnInterruptedStepSaid) {
    const auto store = open_store(mongodb_url(prefix));
    const auto runs = claim_two_runs(*store);
    client->command(half_an_outcome(prefix, runs.at(1), "cancelled"));
    std::vector<Settlement> settlements;
    for (const ClaimedRun& run : runs) settlements.push_back(succeed(run, begin + 1s));
    settlements.at(0).ends_group = false;
    StoreResult result;
    store->process({.now = begin + 1s, .settlements = settlements}, result);
    EXPECT_TRUE(result.superseded.empty());
    ASSERT_EQ(store->runs({}).size(), 2u);
    for (const RunRecord& record : store->runs({})) EXPECT_EQ(record.state, RunState::succeeded);
    EXPECT_EQ(store->find("a")->running, 0);
}

TEST_F(MongoDbCrashes, AServerThatIsGoneIsUnavailableAndFoundAgainAtOnce) {
    const auto store = open_store(url_of_proxy());
    const JobRecord job = make_job("a", begin);
    proxy->cut_at(1, Loss::question);
    EXPECT_THROW(static_cast<void>(store->find("a")), StoreUnavailableError);
    EXPECT_THROW(store->add(std::span(&job, 1)), StoreUnavailableError);
    EXPECT_THROW(static_cast<void>(store->find("a")), StoreUnavailableError);
    proxy->recover();
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
    EXPECT_TRUE(store->find("a"));
}

TEST_F(MongoDbCrashes, ASchedulerWithoutWorkNoticesThatItLostItsStore) {
    const auto store = open_store(mongodb_url(prefix, "&lease=1s"));
    client->remove_collections(prefix);
    std::this_thread::sleep_for(1s);
    try {
        static_cast<void>(store->find("a"));
        FAIL() << "it did not notice";
    } catch (const StoreUnavailableError& error) {
        FAIL() << "a retry will not help: " << error.what();
    } catch (const StoreError& error) {
        EXPECT_THAT(error.what(), HasSubstr("was emptied since it was opened"));
    }
}

}  // namespace
}  // namespace punctual::contract
