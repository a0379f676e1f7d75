#pragma once
// The part of the store contract about claiming: what is due, in which order, and what is decided.

#include <punctual/testing/store_contract/fixture.hpp>

#include <algorithm>

namespace punctual::contract {

template <class Host>
class StoreClaims : public StoreTest<Host> {};
TYPED_TEST_SUITE_P(StoreClaims);

TYPED_TEST_P(StoreClaims, TakeDueJobsInOrderOfDue) {
    this->add(make_job("b", begin + 2s));
    this->add(make_job("later", begin + 1h));
    this->add(make_job("c", begin + 3s));
    this->add(make_job("a", begin + 1s));
    const StoreResult result = this->claim(begin + 3s);
    EXPECT_EQ(ids_of(result.claimed), (Ids{"a", "b", "c"}));
    EXPECT_FALSE(result.more);
}

TYPED_TEST_P(StoreClaims, ShowTheDeciderTheJobAndFillInTheRun) {
    this->add(make_job("a", begin + 1h, "text"));
    const JobRecord before = this->find("a");
    const StoreResult result =
        this->claim(begin + 2h, 1, [&](const JobRecord& job, Decision& decision) {
            EXPECT_EQ(job.definition->id, "a");
            EXPECT_EQ(job.next_run_time, begin + 1h);
            EXPECT_EQ(job.due, begin + 1h);
            EXPECT_EQ(job.generation, before.generation);
            EXPECT_EQ(job.version, before.version);
            EXPECT_EQ(job.running, 0);
            EXPECT_TRUE(decision.runs.empty());
            EXPECT_TRUE(decision.not_run.empty());
            run_each_hour(job, decision);
        });
    ASSERT_EQ(result.claimed.size(), 1u);
    const ClaimedRun& run = result.claimed[0];
    EXPECT_GT(run.id, 0);
    EXPECT_EQ(run.group, run.id);
    EXPECT_EQ(run.generation, before.generation);
    EXPECT_EQ(run.scheduled, begin + 1h);
    EXPECT_EQ(run.due, begin + 1h);
    EXPECT_EQ(run.attempt, 1);
    EXPECT_EQ(run.job->call.arguments(), Value::array({"text"}));
}

TYPED_TEST_P(StoreClaims, MoveTheJobOn) {
    this->add(make_job("a", begin + 1h));
    this->claim(begin + 1h);
    const JobRecord job = this->find("a");
    EXPECT_EQ(job.next_run_time, begin + 2h);
    EXPECT_EQ(job.last_run_time, begin + 1h);
    EXPECT_EQ(job.running, 1);
    EXPECT_TRUE(this->claim(begin + 1h).claimed.empty());
    EXPECT_EQ(this->claim(begin + 2h).claimed.size(), 1u);
}

TYPED_TEST_P(StoreClaims, StopAtTheLimitAndSayThatThereIsMore) {
    for (int i = 0; i < 5; ++i) this->add(make_job("job " + std::to_string(i), begin + i * 1s));
    StoreResult result = this->claim(begin + 1min, 2);
    EXPECT_EQ(ids_of(result.claimed), (Ids{"job 0", "job 1"}));
    EXPECT_TRUE(result.more);
    result = this->claim(begin + 1min, 2);
    EXPECT_EQ(ids_of(result.claimed), (Ids{"job 2", "job 3"}));
    result = this->claim(begin + 1min, 2);
    EXPECT_EQ(ids_of(result.claimed), (Ids{"job 4"}));
    EXPECT_FALSE(result.more);
}

TYPED_TEST_P(StoreClaims, LeaveTheJobsOfOtherExecutors) {
    JobSettings other;
    other.executor = "other";
    this->add(make_job("a", begin));
    this->add(make_job("b", begin, {}, other));
    EXPECT_EQ(ids_of(this->claim(begin, 10, run_each_hour, "other").claimed), (Ids{"b"}));
    EXPECT_EQ(ids_of(this->claim(begin, 10, run_each_hour, "default").claimed), (Ids{"a"}));
    EXPECT_TRUE(this->claim(begin, 10, run_each_hour, "none").claimed.empty());
}

TYPED_TEST_P(StoreClaims, OfSeveralExecutorsHaveTheirOwnLimits) {
    JobSettings other;
    other.executor = "other";
    for (int i = 0; i < 3; ++i) {
        this->add(make_job("a" + std::to_string(i), begin));
        this->add(make_job("b" + std::to_string(i), begin, {}, other));
    }
    const ClaimRequest requests[] = {{"default", 1}, {"other", 2}};
    DecideBy decider(run_each_hour);
    StoreResult result;
    this->store->process({.now = begin, .claims = requests, .decider = &decider}, result);
    Ids claimed = ids_of(result.claimed);
    std::sort(claimed.begin(), claimed.end());
    EXPECT_EQ(claimed, (Ids{"a0", "b0", "b1"}));
    EXPECT_TRUE(result.more);
}

TYPED_TEST_P(StoreClaims, OfAnExecutorAreNotHeldUpByAnotherWithRoomForVeryMany) {
    JobSettings other;
    other.executor = "other";
    this->add(make_job("a", begin));
    this->add(make_job("b", begin, {}, other));
    const ClaimRequest requests[] = {{"default", 1'000'000}, {"other", 1'000'000}};
    DecideBy decider(run_each_hour);
    StoreResult result;
    this->store->process({.now = begin, .claims = requests, .decider = &decider}, result);
    Ids claimed = ids_of(result.claimed);
    std::sort(claimed.begin(), claimed.end());
    EXPECT_EQ(claimed, (Ids{"a", "b"}));
    EXPECT_FALSE(result.more);
}

TYPED_TEST_P(StoreClaims, PutAGroupOnRecordInOrder) {
    this->add(make_job("a", begin));
    const StoreResult result =
        this->claim(begin + 2h, 10, [](const JobRecord& job, Decision& decision) {
            run_each_hour(job, decision);
            decision.runs = {{begin, begin}, {begin + 1h, begin + 61min}, {begin + 2h, begin + 2h}};
            decision.next_run_time = decision.due = begin + 3h;
        });
    ASSERT_EQ(result.claimed.size(), 3u);
    EXPECT_EQ(result.claimed[1].scheduled, begin + 1h);
    EXPECT_EQ(result.claimed[1].due, begin + 61min);
    for (const ClaimedRun& run : result.claimed) EXPECT_EQ(run.group, result.claimed[0].id);
    EXPECT_LT(result.claimed[0].id, result.claimed[1].id);
    EXPECT_LT(result.claimed[1].id, result.claimed[2].id);
    // The first goes to its executor at once, and is on record as started.
    EXPECT_TRUE(result.claimed[0].started);
    EXPECT_FALSE(result.claimed[1].started);
    EXPECT_FALSE(result.claimed[2].started);
    const auto unsettled = this->store->unsettled();
    ASSERT_EQ(unsettled.size(), 3u);
    EXPECT_TRUE(unsettled[0].started);
    EXPECT_FALSE(unsettled[1].started);
    EXPECT_EQ(this->find("a").running, 1);
}

TYPED_TEST_P(StoreClaims, CountAGroupUntilItsLastRunSettles) {
    this->add(make_job("a", begin));
    const StoreResult result = this->claim(begin, 10, [](const JobRecord& job, Decision& decision) {
        run_each_hour(job, decision);
        decision.runs.push_back(decision.runs[0]);
    });
    Settlement first = succeed(result.claimed[0], begin + 1s);
    first.ends_group = false;
    this->settle(first);
    EXPECT_EQ(this->find("a").running, 1);
    this->settle(result.claimed[1]);
    EXPECT_EQ(this->find("a").running, 0);
}

TYPED_TEST_P(StoreClaims, PutOnRecordWhatDoesNotRun) {
    this->add(make_job("a", begin));
    const NotRun range{begin, begin + 9h, 10, RunState::skipped, "coalesced"};
    const StoreResult result =
        this->claim(begin + 10h, 10, [&](const JobRecord& job, Decision& decision) {
            run_each_hour(job, decision);
            decision.runs.clear();
            decision.not_run.push_back(range);
            decision.next_run_time = decision.due = begin + 11h;
        });
    EXPECT_TRUE(result.claimed.empty());
    ASSERT_EQ(result.not_run.size(), 1u);
    EXPECT_EQ(result.not_run[0].job->id, "a");
    EXPECT_EQ(result.not_run[0].range.count, 10);
    EXPECT_EQ(this->find("a").running, 0);

    const auto records = this->store->runs({});
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].job_id, "a");
    EXPECT_EQ(records[0].scheduled, begin);
    EXPECT_EQ(records[0].until, begin + 9h);
    EXPECT_EQ(records[0].count, 10);
    EXPECT_EQ(records[0].state, RunState::skipped);
    EXPECT_EQ(records[0].reason, "coalesced");
    EXPECT_FALSE(records[0].started);
}

TYPED_TEST_P(StoreClaims, KeepDueApartFromTheNextRunTime) {
    JobRecord job = make_job("a", begin + 1h);
    job.due = begin + 1h;
    this->add(job);
    this->claim(begin + 1h, 10, [](const JobRecord& due, Decision& decision) {
        run_each_hour(due, decision);
        decision.runs.clear();
        decision.next_run_time = begin + 1h;
        decision.due = begin + 90min;
    });
    EXPECT_EQ(this->find("a").next_run_time, begin + 1h);
    const std::string_view executor = "default";
    EXPECT_EQ(this->store->next_due(std::span(&executor, 1)), begin + 90min);
    EXPECT_TRUE(this->claim(begin + 89min).claimed.empty());
    EXPECT_EQ(this->claim(begin + 90min).claimed.size(), 1u);
}

TYPED_TEST_P(StoreClaims, OfAJobWhoseDeciderThrowsLeaveTheOthersAlone) {
    for (const char* id : {"a", "bad", "c"}) this->add(make_job(id, begin));
    const auto refuse_bad = [](const JobRecord& job, Decision& decision) {
        decision.runs.push_back({job.next_run_time, job.due});
        if (job.definition->id == "bad") throw TriggerError("cannot tell");
        decision.clear();
        run_each_hour(job, decision);
    };
    EXPECT_EQ(ids_of(this->claim(begin, 10, refuse_bad).claimed), (Ids{"a", "c"}));
    EXPECT_EQ(this->find("bad").next_run_time, begin);
    EXPECT_EQ(this->find("bad").running, 0);
    EXPECT_TRUE(this->claim(begin + 59s).claimed.empty());
    EXPECT_EQ(ids_of(this->claim(begin + 60s).claimed), (Ids{"bad"}));
}

TYPED_TEST_P(StoreClaims, NeverGiveAnIdTwice) {
    this->add(make_job("a", begin));
    const RunId first = this->run_through(begin).id;
    if constexpr (TypeParam::keeps_jobs) this->reopen();
    EXPECT_GT(this->run_through(begin + 1h).id, first);
}

TYPED_TEST_P(StoreClaims, DoNothingInAnEmptyStore) {
    const StoreResult result = this->claim(begin);
    EXPECT_TRUE(result.claimed.empty());
    EXPECT_FALSE(result.more);
    const std::string_view executor = "default";
    EXPECT_EQ(this->store->next_due(std::span(&executor, 1)), never);
    EXPECT_EQ(this->store->next_due({}), never);
}

TYPED_TEST_P(StoreClaims, AreForetoldByNextDue) {
    JobSettings other;
    other.executor = "other";
    this->add(make_job("a", begin + 2h));
    this->add(make_job("b", begin + 1h, {}, other));
    const std::string_view executors[] = {"default", "other", "none"};
    EXPECT_EQ(this->store->next_due(executors), begin + 1h);
    EXPECT_EQ(this->store->next_due(std::span(executors, 1)), begin + 2h);
    this->remove("a");
    EXPECT_EQ(this->store->next_due(std::span(executors, 1)), never);
}

TYPED_TEST_P(StoreClaims, TakeManyJobsBatchByBatch) {
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 1000; ++i) {
        jobs.push_back(make_job("job " + std::to_string(i), begin + (i * 37 % 1000) * 1ms));
    }
    ASSERT_TRUE(this->store->add(jobs).empty());
    std::vector<ClaimedRun> claimed;
    StoreResult result;
    do {
        result = this->claim(begin + 1s, 64);
        claimed.insert(claimed.end(), result.claimed.begin(), result.claimed.end());
    } while (result.more);
    ASSERT_EQ(claimed.size(), 1000u);
    for (std::size_t i = 1; i < claimed.size(); ++i) EXPECT_LT(claimed[i - 1].due, claimed[i].due);
}

REGISTER_TYPED_TEST_SUITE_P(
    StoreClaims, TakeDueJobsInOrderOfDue, ShowTheDeciderTheJobAndFillInTheRun, MoveTheJobOn,
    StopAtTheLimitAndSayThatThereIsMore, LeaveTheJobsOfOtherExecutors,
    OfSeveralExecutorsHaveTheirOwnLimits, OfAnExecutorAreNotHeldUpByAnotherWithRoomForVeryMany,
    PutAGroupOnRecordInOrder, CountAGroupUntilItsLastRunSettles, PutOnRecordWhatDoesNotRun,
    KeepDueApartFromTheNextRunTime, OfAJobWhoseDeciderThrowsLeaveTheOthersAlone, NeverGiveAnIdTwice,
    DoNothingInAnEmptyStore, AreForetoldByNextDue, TakeManyJobsBatchByBatch);

}  // namespace punctual::contract
