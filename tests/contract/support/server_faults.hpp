#pragma once
// What every store on a server lives with: messages that are lost or late, a server that is gone or
// slow, and a process that is killed. The hosts: see server_line.hpp.

#include <punctual/punctual.hpp>
#include <punctual/testing/store_contract/failure_stage.hpp>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "contract/support/killed_worker.hpp"
#include "contract/support/server_line.hpp"
#include "contract/support/store_worker.hpp"

namespace punctual::contract {

template <class Host>
class ServerFaults : public ::testing::Test {
protected:
    using Loss = CuttingProxy::Loss;

    void SetUp() override {
        if (!Host::is_there()) GTEST_SKIP() << "there is no server: run script/test-servers ctest";
    }

    /// Does `before`, then `work` while message `n` is lost, and `after` when all is well again,
    /// and once more on the store as its successor finds it; for all `n` until none is lost any
    /// more. Returns how many there were.
    template <class Before, class Work, class After>
    int lose_each_message(Loss loss, Before before, Work work, After after) {
        for (int n = 1;; ++n) {
            way.emplace();
            const auto store = open_store(way->url());
            add_hourly_jobs(*store);
            before(*store);
            way->proxy.cut_at(n, loss);
            const bool failed = fails(*store, work);
            way->proxy.recover();
            after(*store);
            store->close();
            const auto reopened = open_store(way->direct_url());
            after(*reopened);
            reopened->close();
            if (HasFailure()) ADD_FAILURE() << "when message " << n << " was lost";
            if (HasFailure() || !failed) return n - 1;
        }
    }

    /// To the store of the message that is lost at present.
    std::optional<ServerLine<Host>> way;

private:
    template <class Work>
    static bool fails(JobStore& store, Work work) {
        try {
            work(store);
            return false;
        } catch (const StoreUnavailableError&) {
            return true;
        }
    }
};

TYPED_TEST_SUITE_P(ServerFaults);

inline void pass_often(JobStore& store, int count) {
    StoreWorker worker(store);
    for (int i = 0; i < count; ++i) worker.pass();
}
inline void pass_once(JobStore& store) {
    pass_often(store, 1);
}
/// The next pass settles, starts and claims.
inline void pass_twice(JobStore& store) {
    pass_often(store, 2);
}
inline void pass_and_check(JobStore& store) {
    pass_often(store, 3);
    expect_nothing_lost(store);
}

TYPED_TEST_P(ServerFaults, LoseNothingWhicheverMessageIsLost) {
    for (const auto loss : {CuttingProxy::Loss::question, CuttingProxy::Loss::answer}) {
        const int messages = this->lose_each_message(loss, pass_twice, pass_once, pass_and_check);
        EXPECT_GT(messages, 2) << "a pass takes more than that";
    }
}

TYPED_TEST_P(ServerFaults, DoNothingThatTheServerComesToLate) {
    this->lose_each_message(CuttingProxy::Loss::late_question, pass_twice, pass_once,
                            [this](JobStore& store) {
                                StoreWorker worker(store);
                                const auto known = ids_of(store.unsettled());
                                this->way->proxy.deliver_late_questions();
                                EXPECT_EQ(ids_of(store.unsettled()), known);
                                for (int i = 0; i < 3; ++i) worker.pass();
                                expect_nothing_lost(store);
                            });
}

TYPED_TEST_P(ServerFaults, AddJobsTogetherOrNotAtAllWhicheverMessageIsLost) {
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin),
                                         make_job("c", begin)};
    for (const auto loss : {CuttingProxy::Loss::question, CuttingProxy::Loss::answer}) {
        const int messages = this->lose_each_message(
            loss, [](JobStore&) {}, [&](JobStore& store) { store.add(jobs); },
            [&](JobStore& store) {
                static_cast<void>(store.unsettled());
                const std::size_t count = store.list({}, 100).jobs.size();
                EXPECT_TRUE(count == 8 || count == 11) << count;
                EXPECT_EQ(store.add(jobs).empty(), count == 8);
            });
        EXPECT_GT(messages, 0);
    }
}

/// Moves jobs 1 and 2, adds one, and removes job 3.
inline void edit_jobs(JobStore& store) {
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
    store.edit(ids, editor);
}

inline void expect_all_edited_or_none(JobStore& store) {
    static_cast<void>(store.unsettled());
    const bool is_done = store.find("new").has_value();
    EXPECT_EQ(store.find("job 3").has_value(), !is_done);
    for (const char* id : {"job 1", "job 2"}) {
        EXPECT_EQ(store.find(id)->next_run_time == begin + 5h, is_done) << id;
        EXPECT_EQ(store.runs({.job_id = id}).size(), is_done ? 1u : 0u) << id;
    }
}

TYPED_TEST_P(ServerFaults, EditJobsTogetherOrNotAtAllWhicheverMessageIsLost) {
    for (const auto loss : {CuttingProxy::Loss::question, CuttingProxy::Loss::answer}) {
        const int messages = this->lose_each_message(
            loss, [](JobStore&) {}, edit_jobs, expect_all_edited_or_none);
        EXPECT_GT(messages, 1);
    }
}

TYPED_TEST_P(ServerFaults, RemoveAllJobsOrNoneWhicheverMessageIsLost) {
    for (const auto loss : {CuttingProxy::Loss::question, CuttingProxy::Loss::answer}) {
        this->lose_each_message(
            loss, pass_once, [](JobStore& store) { store.remove_all(); },
            [](JobStore& store) {
                static_cast<void>(store.unsettled());
                const std::size_t count = store.list({}, 100).jobs.size();
                EXPECT_TRUE(count == 0 || count == 8) << count;
            });
    }
}

TYPED_TEST_P(ServerFaults, LoseNothingWheneverTheProcessIsKilledAndItsSuccessorNeedNotWait) {
    const TypeParam host;
    const std::string url = host.url();
    {
        const auto store = open_store(url);
        add_hourly_jobs(*store);
        store->close();
    }
    std::mt19937 random(20250101);
    for (int round = 0; round < 20; ++round) {
        const int passes = std::uniform_int_distribution(1, 6)(random);
        const auto pause = std::uniform_int_distribution(0, 4000)(random) * 1us;
        const int status = kill_a_worker([&] { return open_store(url); }, passes, pause);
        ASSERT_TRUE(WIFSIGNALED(status)) << "round " << round;
        const auto store = open_store(url);
        expect_nothing_lost(*store);
        store->close();
        ASSERT_FALSE(this->HasFailure()) << "round " << round;
    }
}

TYPED_TEST_P(ServerFaults, AreOverByThemselvesWhenTheServerWasGoneForAMinute) {
    ServerLine<TypeParam> line;
    FailureStage stage(store(line.url()).make(), {.coalesce = false});
    stage.scheduler.run_for(15s);
    line.proxy.cut_at(1, CuttingProxy::Loss::question);
    stage.scheduler.run_for(60s);
    EXPECT_EQ(stage.outages().size(), 1u) << "it is told once";
    EXPECT_EQ(run_log.instants(stage.shaky).size(), 1u);
    EXPECT_EQ(run_log.instants(stage.steady).size(), 7u) << "the other store goes on";
    line.proxy.recover();
    stage.come_to_rest();
    EXPECT_EQ(stage.outages().size(), 2u);
    EXPECT_EQ(run_log.instants(stage.shaky).size(), 8u);
    stage.check();
}

TYPED_TEST_P(ServerFaults, HoldUpNoOtherStoreWhileTheServerDoesNotAnswer) {
    ServerLine<TypeParam> line;
    const std::string slow = make_job_id("slow");
    const std::string steady = make_job_id("steady");
    {
        BackgroundScheduler scheduler(
            {.stores = {{"slow", store(line.url())}, {"steady", memory()}}});
        scheduler.start();
        JobOptions options{.coalesce = false, .max_instances = 1000};
        options.id = options.store = "slow";
        options.id = slow;
        scheduler.add_job(log_run(), interval(5ms), options);
        options.store = "steady";
        options.id = steady;
        scheduler.add_job(log_run(), interval(5ms), options);
        for (int round = 0; round < 3; ++round) {
            run_log.wait_for_more(slow, 5);
            line.proxy.hold();
            line.proxy.wait_until_holding();
            run_log.wait_for_more(steady, 20);
            line.proxy.let_go();
        }
        run_log.wait_for_more(slow, 5);
        scheduler.shutdown();
    }
    const auto left = open_store(line.direct_url());
    expect_no_gap(*left, slow, 5ms);
}

REGISTER_TYPED_TEST_SUITE_P(ServerFaults, LoseNothingWhicheverMessageIsLost,
                            DoNothingThatTheServerComesToLate,
                            AddJobsTogetherOrNotAtAllWhicheverMessageIsLost,
                            EditJobsTogetherOrNotAtAllWhicheverMessageIsLost,
                            RemoveAllJobsOrNoneWhicheverMessageIsLost,
                            LoseNothingWheneverTheProcessIsKilledAndItsSuccessorNeedNotWait,
                            AreOverByThemselvesWhenTheServerWasGoneForAMinute,
                            HoldUpNoOtherStoreWhileTheServerDoesNotAnswer);

}  // namespace punctual::contract
