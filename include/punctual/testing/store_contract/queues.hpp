#pragma once
// The part of the store contract about runs that wait within their job, and about priorities.

#include <punctual/testing/store_contract/fixture.hpp>

namespace punctual::contract {

template <class Host>
class StoreQueues : public StoreTest<Host> {
protected:
    using Queue = std::vector<QueuedRun>;

    /// A settlement that queues a run in `job_id`, of any generation.
    [[nodiscard]] static Settlement queueing(const ClaimedRun& run, Instant finished,
                                             const std::string& job_id, const QueuedRun& next) {
        Settlement settlement = succeed(run, finished);
        settlement.follow_ups.push_back({.job_id = job_id, .generation = 0, .run = next});
        return settlement;
    }
    /// Decides on one run an hour, and leaves in line what is there.
    static void keep_queue(const JobRecord& job, Decision& decision) {
        run_each_hour(job, decision);
        decision.queued = job.queued;
    }
    [[nodiscard]] Instant next_due() {
        const std::string_view executor = "default";
        return this->store->next_due(std::span(&executor, 1));
    }
    /// A job that waits to be started by others.
    void add_idle(const std::string& id) {
        JobRecord job = make_job(id, never);
        this->add(job);
    }
    [[nodiscard]] static JobSettings with_priority(int priority) {
        JobSettings settings;
        settings.priority = priority;
        return settings;
    }
};
TYPED_TEST_SUITE_P(StoreQueues);

TYPED_TEST_P(StoreQueues, KeepWhatADecisionPutsInLine) {
    const std::vector<QueuedRun> queue = {{begin, begin + 1us, 1}, {begin + 5s, begin + 2h, 3}};
    this->add(make_job("a", begin));
    this->claim(begin, 10, [&](const JobRecord& job, Decision& decision) {
        EXPECT_TRUE(job.queued.empty());
        run_each_hour(job, decision);
        decision.queued = queue;
    });
    EXPECT_EQ(this->find("a").queued, queue);
    EXPECT_EQ(this->store->list({}, 10).jobs.at(0).queued, queue);
    this->claim(begin + 1h, 10, [&](const JobRecord& job, Decision& decision) {
        EXPECT_EQ(job.queued, queue);
        run_each_hour(job, decision);
    });
    EXPECT_TRUE(this->find("a").queued.empty());
}

TYPED_TEST_P(StoreQueues, SurviveAReopening) {
    if constexpr (!TypeParam::keeps_jobs) return this->expect_nothing_kept();
    this->add(make_job("a", begin));
    const std::vector<QueuedRun> queue = {{begin, begin + 1us, 2}};
    const auto run = this->claim(begin).claimed.at(0);
    this->settle(this->queueing(run, begin + 1s, "a", queue[0]));
    this->reopen();
    EXPECT_EQ(this->find("a").queued, queue);
}

TYPED_TEST_P(StoreQueues, TakeARetryAndMakeTheJobDueForIt) {
    this->add(make_job("a", begin));
    const auto run = this->claim(begin).claimed.at(0);
    const QueuedRun retry{begin, begin + 10s, 2};
    this->settle(this->queueing(run, begin + 1s, "a", retry));
    const JobRecord job = this->find("a");
    EXPECT_EQ(job.queued, (std::vector<QueuedRun>{retry}));
    EXPECT_EQ(job.due, begin + 10s);
    EXPECT_EQ(job.next_run_time, begin + 1h);
    EXPECT_EQ(job.running, 0);
}

TYPED_TEST_P(StoreQueues, AreClaimedAsTheAttemptThatTheyAre) {
    this->add(make_job("a", begin));
    const auto first = this->claim(begin).claimed.at(0);
    this->settle(this->queueing(first, begin + 1s, "a", {begin, begin + 10s, 2}));
    const auto second = this->claim(begin + 10s, 10, [](const JobRecord& job, Decision& decision) {
        const QueuedRun& retry = job.queued.at(0);
        decision.runs.push_back({retry.scheduled, retry.due, retry.attempt});
        decision.next_run_time = decision.due = job.next_run_time;
        decision.last_run_time = job.last_run_time;
    });
    ASSERT_EQ(second.claimed.size(), 1u);
    EXPECT_EQ(second.claimed[0].attempt, 2);
    EXPECT_EQ(second.claimed[0].scheduled, begin);
    EXPECT_NE(second.claimed[0].id, first.id);
    EXPECT_EQ(this->store->unsettled().at(0).attempt, 2);
    EXPECT_TRUE(this->settle(second.claimed[0]).superseded.empty());
    EXPECT_EQ(this->store->runs({}).at(0).attempt, 2);
    EXPECT_EQ(this->find("a").running, 0);
}

TYPED_TEST_P(StoreQueues, OfOtherJobsMakeThemDue) {
    this->add(make_job("a", begin));
    this->add_idle("b");
    const auto run = this->claim(begin).claimed.at(0);
    this->settle(this->queueing(run, begin + 1s, "b", {begin + 1s, begin + 1s, 1}));
    EXPECT_EQ(this->next_due(), begin + 1s);
    EXPECT_EQ(this->find("b").due, begin + 1s);
    EXPECT_EQ(this->find("b").next_run_time, never);
    EXPECT_TRUE(this->find("a").queued.empty());
    Ids seen;
    this->claim(begin + 1s, 10, [&](const JobRecord& job, Decision& decision) {
        seen.push_back(job.definition->id);
        decision.runs.push_back({job.queued.at(0).scheduled, job.queued.at(0).due});
    });
    EXPECT_EQ(seen, (Ids{"b"}));
    EXPECT_TRUE(this->find("b").queued.empty());
    EXPECT_EQ(this->find("b").running, 1);
}

TYPED_TEST_P(StoreQueues, KeepTheOrderOfOneBatch) {
    this->add(make_job("a", begin));
    this->add(make_job("b", begin));
    this->add_idle("c");
    const auto runs = this->claim(begin).claimed;
    std::vector<Settlement> settlements;
    std::vector<QueuedRun> queue;
    for (const ClaimedRun& run : runs) {
        queue.push_back({begin + std::chrono::seconds(queue.size() + 1), begin + 5s, 1});
        settlements.push_back(this->queueing(run, begin + 1s, "c", queue.back()));
    }
    StoreResult result;
    this->store->process({.now = begin + 1s, .settlements = settlements}, result);
    EXPECT_EQ(this->find("c").queued, queue);
    EXPECT_EQ(this->find("c").due, begin + 5s);
}

TYPED_TEST_P(StoreQueues, TakeNothingFromASettlementThatIsSuperseded) {
    this->add(make_job("a", begin));
    const auto run = this->claim(begin).claimed.at(0);
    const Settlement settlement = this->queueing(run, begin + 1s, "a", {begin, begin + 10s, 2});
    this->settle(settlement);
    EXPECT_EQ(this->settle(settlement).superseded, (std::vector<RunId>{run.id}));
    EXPECT_EQ(this->find("a").queued.size(), 1u);
}

TYPED_TEST_P(StoreQueues, PassOverJobsThatAreGone) {
    this->add(make_job("a", begin));
    this->add(make_job("b", begin));
    const auto runs = this->claim(begin).claimed;
    this->remove("a");
    this->add(make_job("a", begin + 2h));
    Settlement settlement = this->queueing(runs.at(0), begin + 1s, "gone", {begin, begin, 1});
    settlement.follow_ups.push_back(
        {.job_id = "a", .generation = runs.at(0).generation, .run = {begin, begin, 2}});
    EXPECT_TRUE(this->settle(settlement).superseded.empty());
    EXPECT_FALSE(this->store->find("gone"));
    EXPECT_TRUE(this->find("a").queued.empty());
    EXPECT_EQ(this->find("a").due, begin + 2h);
}

TYPED_TEST_P(StoreQueues, GetTheirTurnWhenAGroupEnds) {
    this->add(make_job("a", begin));
    const auto first = this->claim(begin).claimed.at(0);
    const auto second = this->claim(begin + 1h, 10, [](const JobRecord& job, Decision& decision) {
        run_each_hour(job, decision);
        decision.queued.push_back({begin + 30min, begin + 30min, 1});
    });
    EXPECT_EQ(this->next_due(), begin + 2h);
    Settlement in_group = succeed(first, begin + 61min);
    in_group.ends_group = false;
    this->settle(in_group);
    EXPECT_EQ(this->next_due(), begin + 2h);
    this->settle(succeed(second.claimed.at(0), begin + 62min));
    EXPECT_EQ(this->next_due(), begin + 62min);
}

TYPED_TEST_P(StoreQueues, OfAPausedJobWait) {
    this->add(make_job("a", begin));
    const auto run = this->claim(begin).claimed.at(0);
    this->edit({"a"}, [](std::size_t, const JobRecord* current) {
        JobEdit edit{.action = JobEdit::Action::put, .record = *current};
        edit.record.state = JobState::paused;
        edit.record.next_run_time = edit.record.due = never;
        return edit;
    });
    this->settle(this->queueing(run, begin + 1s, "a", {begin, begin + 2s, 2}));
    EXPECT_EQ(this->next_due(), never);
    EXPECT_EQ(this->find("a").queued.size(), 1u);
    EXPECT_EQ(this->find("a").state, JobState::paused);
}

TYPED_TEST_P(StoreQueues, HoldAnEndedJob) {
    this->add(make_job("a", begin));
    const auto run = this->claim(begin, 10, run_once).claimed.at(0);
    EXPECT_TRUE(
        this->settle(this->queueing(run, begin + 1s, "a", {begin, begin + 2s, 2})).ended.empty());
    EXPECT_EQ(this->find("a").state, JobState::ended);
    const auto retry = this->claim(begin + 2s, 10, [](const JobRecord& job, Decision& decision) {
        decision.runs.push_back({job.queued.at(0).scheduled, job.queued.at(0).due, 2});
        decision.last_run_time = job.last_run_time;
        decision.state = job.state;
    });
    EXPECT_TRUE(retry.ended.empty());
    EXPECT_EQ(this->settle(succeed(retry.claimed.at(0), begin + 3s)).ended.size(), 1u);
    EXPECT_FALSE(this->store->find("a"));
}

TYPED_TEST_P(StoreQueues, AreEditedWithTheirJob) {
    const std::vector<QueuedRun> queue = {{begin, begin + 2s, 2}};
    JobRecord added = make_job("a", begin + 1h);
    added.queued = queue;
    added.due = begin + 2s;
    this->add(added);
    EXPECT_EQ(this->find("a").queued, queue);
    EXPECT_EQ(this->next_due(), begin + 2s);
    this->edit({"a"}, [&](std::size_t, const JobRecord* current) {
        EXPECT_EQ(current->queued, queue);
        JobEdit edit{.action = JobEdit::Action::put, .record = *current};
        edit.record.queued.push_back({begin, begin + 3s, 1});
        return edit;
    });
    EXPECT_EQ(this->find("a").queued.size(), 2u);
    this->remove("a");
    this->add(make_job("a", begin + 1h));
    EXPECT_TRUE(this->find("a").queued.empty());
    EXPECT_EQ(this->next_due(), begin + 1h);
}

TYPED_TEST_P(StoreQueues, OfADeciderThatThrowsStay) {
    JobRecord job = make_job("a", begin);
    job.queued = {{begin, begin, 1}};
    this->add(job);
    this->claim(begin, 10, [](const JobRecord&, Decision&) { throw TriggerError("cannot tell"); });
    EXPECT_EQ(this->find("a").queued, job.queued);
}

TYPED_TEST_P(StoreQueues, OfJobsDueAtOnceGoByPriority) {
    this->add(make_job("usual", begin));
    this->add(make_job("last", begin, {}, this->with_priority(lowest_priority)));
    this->add(make_job("first", begin, {}, this->with_priority(highest_priority)));
    this->add(make_job("earlier", begin - 1us, {}, this->with_priority(lowest_priority)));
    this->add(make_job("second", begin, {}, this->with_priority(1)));
    EXPECT_EQ(ids_of(this->claim(begin, 3).claimed), (Ids{"earlier", "first", "second"}));
    EXPECT_EQ(ids_of(this->claim(begin, 3).claimed), (Ids{"usual", "last"}));
}

TYPED_TEST_P(StoreQueues, FollowAPriorityThatChanges) {
    this->add(make_job("a", begin, {}, this->with_priority(2)));
    this->add(make_job("b", begin, {}, this->with_priority(1)));
    this->edit({"b"}, [&](std::size_t, const JobRecord* current) {
        JobEdit edit{.action = JobEdit::Action::put, .record = *current};
        auto definition = std::make_shared<JobDefinition>(*current->definition);
        definition->settings = std::make_shared<const JobSettings>(this->with_priority(3));
        edit.record.definition = std::move(definition);
        return edit;
    });
    EXPECT_EQ(ids_of(this->claim(begin).claimed), (Ids{"b", "a"}));
}

TYPED_TEST_P(StoreQueues, AndProgressIsOnRecord) {
    this->add(make_job("a", begin));
    Settlement settlement = succeed(this->claim(begin).claimed.at(0), begin + 1s);
    settlement.progress = RunProgress{0.25, "copying ü"};
    this->settle(settlement);
    EXPECT_EQ(this->store->runs({}).at(0).progress, settlement.progress);
    this->run_through(begin + 1h);
    EXPECT_EQ(this->store->runs({}).at(0).progress, std::nullopt);
}

REGISTER_TYPED_TEST_SUITE_P(StoreQueues, KeepWhatADecisionPutsInLine, SurviveAReopening,
                            TakeARetryAndMakeTheJobDueForIt, AreClaimedAsTheAttemptThatTheyAre,
                            OfOtherJobsMakeThemDue, KeepTheOrderOfOneBatch,
                            TakeNothingFromASettlementThatIsSuperseded, PassOverJobsThatAreGone,
                            GetTheirTurnWhenAGroupEnds, OfAPausedJobWait, HoldAnEndedJob,
                            AreEditedWithTheirJob, OfADeciderThatThrowsStay,
                            OfJobsDueAtOnceGoByPriority, FollowAPriorityThatChanges,
                            AndProgressIsOnRecord);

}  // namespace punctual::contract
