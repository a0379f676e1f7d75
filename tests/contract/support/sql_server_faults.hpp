#pragma once
// What every store on an SQL server lives with: commits whose answer is lost, and deadlocks.

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "contract/support/server_line.hpp"
#include "contract/support/store_worker.hpp"

namespace punctual::contract {

/// Besides what server_line.hpp says, a `Host` has a rival for locks, which wins against a store
/// when the server undoes one of the two:
///
///     static constexpr const char* one_second_for_answers;   // the option of a URL
///     class Rival {
///     public:
///         explicit Rival(const Host& host);
///         void lock(const std::string& job_id);     // waits until it has it
///         bool waits();                             // asked from another thread, while it does
///         void end();                               // of its transaction
///     };
template <class Host>
class SqlServerFaults : public ::testing::Test {
protected:
    /// Claims, at `now`, all that is due.
    static std::vector<ClaimedRun> claim(JobStore& store, Instant now) {
        DecideBy decider(run_each_hour);
        const ClaimRequest request{"default", 100};
        StoreResult result;
        store.process({.now = now, .claims = std::span(&request, 1), .decider = &decider}, result);
        return result.claimed;
    }
    /// Settles runs; returns how many of them were settled already.
    static std::size_t settle(JobStore& store, const std::vector<ClaimedRun>& runs) {
        std::vector<Settlement> settlements;
        for (const ClaimedRun& run : runs) settlements.push_back(succeed(run, begin + 20s));
        StoreResult result;
        store.process({.now = begin + 20s, .settlements = settlements}, result);
        return result.superseded.size();
    }
};

TYPED_TEST_SUITE_P(SqlServerFaults);

TYPED_TEST_P(SqlServerFaults, ACommitWhoseAnswerWasLostIsFoundAgain) {
    ServerLine<TypeParam> line;
    const auto store = open_store(line.url());
    add_hourly_jobs(*store);
    line.proxy.cut_answer_to("COMMIT");
    EXPECT_THROW(this->claim(*store, begin + 10s), StoreUnavailableError);
    EXPECT_TRUE(line.proxy.has_cut());
    const std::vector<ClaimedRun> claimed = store->unsettled();
    EXPECT_EQ(claimed.size(), 8u);
    EXPECT_TRUE(this->claim(*store, begin + 10s).empty());

    line.proxy.cut_answer_to("COMMIT");
    EXPECT_THROW(this->settle(*store, claimed), StoreUnavailableError);
    EXPECT_TRUE(line.proxy.has_cut());
    EXPECT_TRUE(store->unsettled().empty());
    EXPECT_EQ(this->settle(*store, claimed), 8u);
    expect_nothing_lost(*store);

    const JobRecord job = make_job("another", begin);
    line.proxy.cut_answer_to("COMMIT");
    EXPECT_THROW(store->add(std::span(&job, 1)), StoreUnavailableError);
    EXPECT_EQ(store->add(std::span(&job, 1)), (std::vector<std::size_t>{0}));
    store->close();
}

TYPED_TEST_P(SqlServerFaults, ATransactionThatTheServerUndoesForADeadlockIsTriedAgain) {
    using Rival = typename TypeParam::Rival;
    const TypeParam host;
    const auto store = open_store(host.url());
    add_hourly_jobs(*store);
    Rival rival(host);
    rival.lock("job 2");
    int edits = 0;
    std::thread other;
    EditBy editor([&](std::size_t index, const JobRecord* current) {
        ++edits;
        if (index == 999 && !other.joinable()) {
            // The store has locked the first job by now, and asks for the second when the rival
            // waits for the first.
            other = std::thread([&] {
                rival.lock("job 1");
                rival.end();
            });
            while (!rival.waits()) std::this_thread::sleep_for(1ms);
        }
        JobEdit edit{.action = current == nullptr ? JobEdit::Action::keep : JobEdit::Action::put};
        if (current == nullptr) return edit;
        edit.record = *current;
        edit.record.next_run_time = edit.record.due = begin + 5h;
        return edit;
    });
    // Jobs are locked a thousand at a time: the first now, the other with the last part.
    std::vector<std::string> ids = {"job 1"};
    for (int i = 0; i < 1000; ++i) ids.push_back("none " + std::to_string(i));
    ids.push_back("job 2");
    EXPECT_NO_THROW(store->edit(ids, editor));
    other.join();
    EXPECT_GT(edits, 1002) << "it was asked again";
    for (const char* id : {"job 1", "job 2"}) EXPECT_EQ(store->find(id)->due, begin + 5h) << id;
    store->close();
}

TYPED_TEST_P(SqlServerFaults, AServerThatDoesNotAnswerIsGivenUp) {
    ServerLine<TypeParam> line;
    const auto store = open_store(line.url() + TypeParam::one_second_for_answers);
    add_hourly_jobs(*store);
    line.proxy.hold();
    EXPECT_THROW(this->claim(*store, begin + 10s), StoreUnavailableError);
    line.proxy.let_go();
    static_cast<void>(this->claim(*store, begin + 10s));
    EXPECT_EQ(store->unsettled().size(), 8u);
}

REGISTER_TYPED_TEST_SUITE_P(SqlServerFaults, ACommitWhoseAnswerWasLostIsFoundAgain,
                            AServerThatDoesNotAnswerIsGivenUp,
                            ATransactionThatTheServerUndoesForADeadlockIsTriedAgain);

}  // namespace punctual::contract
