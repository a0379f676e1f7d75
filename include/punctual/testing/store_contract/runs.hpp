#pragma once
// The part of the store contract about runs: starting, settling, and what a crash leaves.

#include <punctual/testing/store_contract/fixture.hpp>

namespace punctual::contract {

template <class Host>
class StoreRuns : public StoreTest<Host> {
protected:
    ClaimedRun claim_one(Instant now = begin) { return this->claim(now).claimed.at(0); }
};
TYPED_TEST_SUITE_P(StoreRuns);

TYPED_TEST_P(StoreRuns, AreUnsettledUntilTheySettle) {
    this->add(make_job("a", begin, "text"));
    const ClaimedRun run = this->claim_one();
    const auto unsettled = this->store->unsettled();
    ASSERT_EQ(unsettled.size(), 1u);
    EXPECT_EQ(unsettled[0].id, run.id);
    EXPECT_EQ(unsettled[0].group, run.group);
    EXPECT_EQ(unsettled[0].generation, run.generation);
    EXPECT_EQ(unsettled[0].scheduled, run.scheduled);
    EXPECT_EQ(unsettled[0].due, run.due);
    EXPECT_EQ(unsettled[0].attempt, 1);
    EXPECT_EQ(unsettled[0].started, run.started);
    EXPECT_EQ(unsettled[0].job->call.arguments(), Value::array({"text"}));

    EXPECT_TRUE(this->settle(run).superseded.empty());
    EXPECT_TRUE(this->store->unsettled().empty());
    EXPECT_EQ(this->find("a").running, 0);
}

TYPED_TEST_P(StoreRuns, AreMarkedAsStarted) {
    this->add(make_job("a", begin));
    const ClaimedRun run = this->claim_one();
    EXPECT_TRUE(this->start(run).superseded.empty());
    EXPECT_TRUE(this->store->unsettled().at(0).started);
    // The answer to the first attempt may have been lost.
    EXPECT_TRUE(this->start(run).superseded.empty());
    EXPECT_EQ(this->find("a").running, 1);
}

TYPED_TEST_P(StoreRuns, SettledAgainAreSupersededAndChangeNothing) {
    this->add(make_job("a", begin));
    const ClaimedRun run = this->claim_one();
    this->settle(run);
    Settlement again = succeed(run, begin + 5s);
    again.outcome = RunState::failed;
    EXPECT_EQ(this->settle(again).superseded, (std::vector<RunId>{run.id}));
    EXPECT_EQ(this->find("a").running, 0);
    const auto records = this->store->runs({});
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].state, RunState::succeeded);
}

TYPED_TEST_P(StoreRuns, StartedAfterTheirSettlementAreSuperseded) {
    this->add(make_job("a", begin));
    const ClaimedRun run = this->claim_one();
    this->settle(run);
    EXPECT_EQ(this->start(run).superseded, (std::vector<RunId>{run.id}));
    EXPECT_TRUE(this->store->unsettled().empty());
}

TYPED_TEST_P(StoreRuns, SettleStartAndClaimInOnePass) {
    this->add(make_job("a", begin));
    this->add(make_job("b", begin + 1s));
    const ClaimedRun first = this->claim_one(begin);
    const ClaimedRun second = this->claim_one(begin + 1s);
    const Settlement settlement = succeed(first, begin + 1h);
    const ClaimRequest request{"default", 10};
    Ids seen;
    DecideBy decider([&](const JobRecord& job, Decision& decision) {
        seen.push_back(job.definition->id + " " + std::to_string(job.running));
        run_each_hour(job, decision);
    });
    StoreResult result;
    this->store->process({.now = begin + 1h + 1s,
                          .settlements = std::span(&settlement, 1),
                          .starts = std::span(&second, 1),
                          .claims = std::span(&request, 1),
                          .decider = &decider},
                         result);
    EXPECT_EQ(seen, (Ids{"a 0", "b 1"}));
    EXPECT_EQ(ids_of(result.claimed), (Ids{"a", "b"}));
    EXPECT_EQ(this->find("a").running, 1);
    EXPECT_EQ(this->find("b").running, 2);
}

TYPED_TEST_P(StoreRuns, TheLastOneOfAnEndedJobTakesItAway) {
    this->add(make_job("a", begin));
    StoreResult result = this->claim(begin, 10, run_once);
    EXPECT_TRUE(result.ended.empty());
    EXPECT_EQ(this->find("a").state, JobState::ended);
    result = this->settle(result.claimed.at(0));
    ASSERT_EQ(result.ended.size(), 1u);
    EXPECT_EQ(result.ended[0]->id, "a");
    EXPECT_FALSE(this->store->find("a"));
    EXPECT_EQ(this->store->runs({.job_id = "a"}).size(), 1u);
}

TYPED_TEST_P(StoreRuns, AnEndedJobWithoutAnyLeavesAtOnce) {
    this->add(make_job("a", begin));
    const StoreResult result = this->claim(begin, 10, [](const JobRecord& job, Decision& decision) {
        run_once(job, decision);
        decision.runs.clear();
    });
    ASSERT_EQ(result.ended.size(), 1u);
    EXPECT_FALSE(this->store->find("a"));
}

TYPED_TEST_P(StoreRuns, AJobThatHasEndedWhenItComesLeavesWithTheNextPass) {
    const auto end = [](JobRecord job) {
        job.next_run_time = job.due = never;
        job.state = JobState::ended;
        return job;
    };
    this->add(end(make_job("added", begin)));
    this->add(make_job("changed", begin + 1h));
    this->edit({"put", "changed"}, [&](std::size_t, const JobRecord* current) {
        return JobEdit{.action = JobEdit::Action::put,
                       .record = end(current == nullptr ? make_job("put", begin) : *current)};
    });
    JobRecord waiting = end(make_job("waiting", begin));
    waiting.queued = {{.scheduled = begin, .due = begin + 1min, .attempt = 2}};
    waiting.due = begin + 1min;
    this->add(waiting);
    EXPECT_TRUE(this->claim(begin).claimed.empty());
    for (const char* id : {"added", "put", "changed"}) EXPECT_FALSE(this->store->find(id)) << id;
    EXPECT_TRUE(this->store->find("waiting")) << "it has a run in line";
}

TYPED_TEST_P(StoreRuns, ThatHaveNotStartedAreCancelledByRemoval) {
    this->add(make_job("a", begin));
    const StoreResult result = this->claim(begin, 10, [](const JobRecord& job, Decision& decision) {
        run_each_hour(job, decision);
        decision.runs.push_back({begin + 1s, begin + 1s});
    });
    const ClaimedRun started = result.claimed.at(0);
    const ClaimedRun waiting = result.claimed.at(1);
    this->start(started);
    this->remove("a");

    EXPECT_EQ(this->start(waiting).superseded, (std::vector<RunId>{waiting.id}));
    EXPECT_EQ(this->settle(waiting).superseded, (std::vector<RunId>{waiting.id}));
    EXPECT_TRUE(this->settle(started).superseded.empty());
    EXPECT_TRUE(this->store->unsettled().empty());
    const auto records = this->store->runs({.job_id = "a"});
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].id, waiting.id);
    EXPECT_EQ(records[0].state, RunState::cancelled);
    EXPECT_EQ(records[1].state, RunState::succeeded);
}

TYPED_TEST_P(StoreRuns, OfARemovedJobNeverTouchANewerOne) {
    this->add(make_job("a", begin));
    const ClaimedRun old_run = this->claim_one();
    this->start(old_run);
    this->remove("a");
    this->add(make_job("a", begin));
    const ClaimedRun new_run = this->claim_one();
    EXPECT_GT(new_run.generation, old_run.generation);

    const StoreResult result = this->settle(old_run);
    EXPECT_TRUE(result.ended.empty());
    EXPECT_EQ(this->find("a").running, 1);
    EXPECT_EQ(this->find("a").generation, new_run.generation);
    this->settle(new_run);
    EXPECT_EQ(this->find("a").running, 0);
}

TYPED_TEST_P(StoreRuns, GoOnThroughAnEdit) {
    this->add(make_job("a", begin));
    const ClaimedRun run = this->claim_one();
    this->edit({"a"}, [](std::size_t, const JobRecord* current) {
        EXPECT_EQ(current->running, 1);
        return JobEdit{.action = JobEdit::Action::put, .record = make_job("a", begin + 9h, "new")};
    });
    EXPECT_EQ(this->find("a").running, 1);
    EXPECT_TRUE(this->settle(run).superseded.empty());
    EXPECT_EQ(this->find("a").running, 0);
}

TYPED_TEST_P(StoreRuns, StartedBesidesTheScheduleCountAndSettle) {
    this->add(make_job("a", begin + 1h));
    ClaimedRun run;
    run.job = this->find("a").definition;
    run.scheduled = run.due = begin + 5min;
    this->store->start_unscheduled(std::span(&run, 1), begin + 5min);
    EXPECT_GT(run.id, 0);
    EXPECT_EQ(run.group, run.id);
    EXPECT_TRUE(run.started);
    EXPECT_EQ(this->find("a").running, 1);
    EXPECT_EQ(this->find("a").next_run_time, begin + 1h);
    EXPECT_TRUE(this->store->unsettled().at(0).started);
    this->settle(run);
    EXPECT_EQ(this->find("a").running, 0);
}

TYPED_TEST_P(StoreRuns, OfAJobThatIsNotThereCannotStart) {
    ClaimedRun run;
    run.job = make_job("gone", begin).definition;
    EXPECT_THROW(this->store->start_unscheduled(std::span(&run, 1), begin), JobLookupError);
    EXPECT_TRUE(this->store->unsettled().empty());
}

TYPED_TEST_P(StoreRuns, LostAfterTheirStartGetAnotherAttempt) {
    this->add(make_job("a", begin));
    const ClaimedRun first = this->claim_one();
    this->start(first);
    this->store->retry_lost(std::span(&first, 1));
    const ClaimedRun second = this->store->unsettled().at(0);
    EXPECT_EQ(second.scheduled, first.scheduled);
    EXPECT_EQ(second.attempt, 2);
    EXPECT_FALSE(second.started);
    EXPECT_EQ(this->find("a").running, 1);

    EXPECT_TRUE(this->start(second).superseded.empty());
    this->settle(second);
    EXPECT_EQ(this->store->runs({}).at(0).attempt, 2);
    EXPECT_EQ(this->find("a").running, 0);
}

TYPED_TEST_P(StoreRuns, OfAnEarlierAttemptAreSuperseded) {
    this->add(make_job("a", begin));
    const ClaimedRun first = this->claim_one();
    this->start(first);
    this->store->retry_lost(std::span(&first, 1));
    EXPECT_EQ(this->settle(first).superseded, (std::vector<RunId>{first.id}));
    EXPECT_EQ(this->store->unsettled().size(), 1u);
    EXPECT_EQ(this->find("a").running, 1);
}

TYPED_TEST_P(StoreRuns, AreUnsettledAfterAReopening) {
    if constexpr (!TypeParam::keeps_jobs) return this->expect_nothing_kept();
    for (const char* id : {"a", "b", "c"}) this->add(make_job(id, begin));
    const std::vector<ClaimedRun> claimed = this->claim(begin).claimed;
    this->start(claimed.at(0));
    this->settle(claimed.at(1));
    this->reopen();
    const auto unsettled = this->store->unsettled();
    ASSERT_EQ(ids_of(unsettled), (Ids{"a", "c"}));
    EXPECT_TRUE(unsettled[0].started);
    EXPECT_EQ(unsettled[1].started, claimed[2].started);
    EXPECT_TRUE(this->settle(unsettled[0]).superseded.empty());
    EXPECT_TRUE(this->settle(unsettled[1]).superseded.empty());
    EXPECT_EQ(this->find("a").running, 0);
}

TYPED_TEST_P(StoreRuns, AreUnsettledInOrderOfId) {
    for (int i = 0; i < 50; ++i) this->add(make_job(std::to_string(i), begin + i * 1s));
    const auto claimed = this->claim(begin + 50s).claimed;
    for (std::size_t i = 0; i < claimed.size(); i += 3) this->settle(claimed[i]);
    const auto unsettled = this->store->unsettled();
    ASSERT_EQ(unsettled.size(), 33u);
    for (std::size_t i = 1; i < unsettled.size(); ++i) {
        EXPECT_LT(unsettled[i - 1].id, unsettled[i].id);
    }
}

REGISTER_TYPED_TEST_SUITE_P(StoreRuns, AreUnsettledUntilTheySettle, AreMarkedAsStarted,
                            SettledAgainAreSupersededAndChangeNothing,
                            StartedAfterTheirSettlementAreSuperseded, SettleStartAndClaimInOnePass,
                            TheLastOneOfAnEndedJobTakesItAway, AnEndedJobWithoutAnyLeavesAtOnce,
                            AJobThatHasEndedWhenItComesLeavesWithTheNextPass,
                            ThatHaveNotStartedAreCancelledByRemoval,
                            OfARemovedJobNeverTouchANewerOne, GoOnThroughAnEdit,
                            StartedBesidesTheScheduleCountAndSettle,
                            OfAJobThatIsNotThereCannotStart, LostAfterTheirStartGetAnotherAttempt,
                            OfAnEarlierAttemptAreSuperseded, AreUnsettledAfterAReopening,
                            AreUnsettledInOrderOfId);

}  // namespace punctual::contract
