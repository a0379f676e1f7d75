#pragma once
// The part of the store contract about what stays on record.

#include <punctual/testing/store_contract/fixture.hpp>

namespace punctual::contract {

template <class Host>
class StoreHistory : public StoreTest<Host> {
protected:
    /// The store empty, with these limits.
    void limit(const History& history) {
        this->store->close();
        this->open(history);
    }
    /// The only job of `id`, run `count` times, each hour.
    void run_times(int count, Instant first = begin) {
        for (int i = 0; i < count; ++i) this->run_through(first + i * 1h);
    }
    [[nodiscard]] std::vector<RunRecord> records(const std::string& id = {}) {
        return this->store->runs({.job_id = id, .limit = 10'000});
    }
};
TYPED_TEST_SUITE_P(StoreHistory);

TYPED_TEST_P(StoreHistory, KeepsWhatASettlementSays) {
    this->add(make_job("a", begin));
    const ClaimedRun run = this->claim(begin).claimed.at(0);
    Settlement settlement = succeed(run, begin + 3s);
    settlement.started = begin + 1us;
    settlement.outcome = RunState::failed;
    settlement.reason = "it broke: \"ü\"";
    settlement.output = "line 1\nline 2";
    settlement.result = Value::object({{"copies", 2}});
    this->settle(settlement);

    const auto records = this->records();
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].id, run.id);
    EXPECT_EQ(records[0].job_id, "a");
    EXPECT_EQ(records[0].scheduled, begin);
    EXPECT_EQ(records[0].until, begin);
    EXPECT_EQ(records[0].count, 1);
    EXPECT_EQ(records[0].due, begin);
    EXPECT_EQ(records[0].started, begin + 1us);
    EXPECT_EQ(records[0].finished, begin + 3s);
    EXPECT_EQ(records[0].state, RunState::failed);
    EXPECT_EQ(records[0].attempt, 1);
    EXPECT_EQ(records[0].reason, "it broke: \"ü\"");
    EXPECT_EQ(records[0].output, "line 1\nline 2");
    EXPECT_EQ(records[0].result, Value::object({{"copies", 2}}));
}

TYPED_TEST_P(StoreHistory, IsListedNewestFirstInPages) {
    this->add(make_job("a", begin));
    this->run_times(10);
    RunQuery query{.job_id = {}, .limit = 4, .before = 0};
    std::vector<RunRecord> all;
    for (auto page = this->store->runs(query); !page.empty(); page = this->store->runs(query)) {
        EXPECT_LE(page.size(), 4u);
        all.insert(all.end(), page.begin(), page.end());
        query.before = page.back().id;
    }
    ASSERT_EQ(all.size(), 10u);
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].scheduled, begin + (9 - static_cast<int>(i)) * 1h);
    }
}

TYPED_TEST_P(StoreHistory, IsListedForOneJob) {
    this->add(make_job("a", begin));
    this->add(make_job("b", begin));
    for (const ClaimedRun& run : this->claim(begin).claimed) this->settle(run);
    ASSERT_EQ(this->records("b").size(), 1u);
    EXPECT_EQ(this->records("b")[0].job_id, "b");
    EXPECT_EQ(this->records().size(), 2u);
    EXPECT_TRUE(this->records("c").empty());
}

TYPED_TEST_P(StoreHistory, KeepsTheNewestRunsOfEachJob) {
    this->limit({.runs_per_job = 3, .runs = 1000, .age = unlimited});
    this->add(make_job("busy", begin));
    this->run_times(20);
    this->add(make_job("quiet", begin + 20h - 1s));
    for (const ClaimedRun& run : this->claim(begin + 20h).claimed) this->settle(run);
    const auto records = this->records("busy");
    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(records[0].scheduled, begin + 20h);
    EXPECT_EQ(records[2].scheduled, begin + 18h);
    EXPECT_EQ(this->records("quiet").size(), 1u);
}

TYPED_TEST_P(StoreHistory, KeepsTheNewestRunsOfTheStore) {
    this->limit({.runs_per_job = 1000, .runs = 5, .age = unlimited});
    this->add(make_job("a", begin));
    this->run_times(20);
    const auto records = this->records();
    ASSERT_EQ(records.size(), 5u);
    EXPECT_EQ(records[4].scheduled, begin + 15h);
}

TYPED_TEST_P(StoreHistory, DropsRunsThatEndedLongAgo) {
    this->limit({.runs_per_job = 1000, .runs = 1000, .age = 5h});
    this->add(make_job("a", begin));
    this->run_times(20);
    const auto records = this->records();
    ASSERT_EQ(records.size(), 6u);
    EXPECT_EQ(records[5].scheduled, begin + 14h);
}

// Ids are given at the beginning of runs: the earliest may be of those that ended last.
TYPED_TEST_P(StoreHistory, DropsRunsThatEndedLongAgoBehindThoseThatTookLong) {
    this->limit({.runs_per_job = 1000, .runs = 1000, .age = 5h});
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 50; ++i) jobs.push_back(make_job("long " + std::to_string(i), begin));
    ASSERT_TRUE(this->store->add(jobs).empty());
    const auto slow = this->claim(begin, 100, run_once).claimed;
    ASSERT_EQ(slow.size(), 50u);
    this->add(make_job("a", begin));
    this->run_times(10);
    for (const ClaimedRun& run : slow) this->settle(succeed(run, begin + 10h));
    this->run_times(5, begin + 10h);
    // Each of the settlements above looked at some; the last run was at 14h.
    for (const RunRecord& record : this->records()) {
        EXPECT_GE(record.finished, begin + 8h) << record.job_id;
    }
    EXPECT_EQ(this->records("long 49").size(), 1u);
}

TYPED_TEST_P(StoreHistory, OfNothingKeepsNothing) {
    this->limit({.runs_per_job = 0, .runs = 1000, .age = unlimited});
    this->add(make_job("a", begin));
    this->run_times(3);
    EXPECT_TRUE(this->records().empty());
    EXPECT_TRUE(this->store->unsettled().empty());
    EXPECT_EQ(this->find("a").running, 0);
}

TYPED_TEST_P(StoreHistory, OutlivesItsJob) {
    this->add(make_job("a", begin));
    this->run_times(2);
    this->remove("a");
    EXPECT_EQ(this->records("a").size(), 2u);
    this->add(make_job("a", begin + 10h));
    this->run_times(1, begin + 10h);
    EXPECT_EQ(this->records("a").size(), 3u);
}

TYPED_TEST_P(StoreHistory, OfAJobAddedAnewCountsWithThatOfTheOldOne) {
    this->limit({.runs_per_job = 3, .runs = 1000, .age = unlimited});
    this->add(make_job("a", begin));
    this->run_times(3);
    this->remove("a");
    this->add(make_job("a", begin + 10h));
    this->run_times(2, begin + 10h);
    const auto records = this->records("a");
    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(records[2].scheduled, begin + 2h);
}

TYPED_TEST_P(StoreHistory, OfJobsAddedTogetherIsThatOfEach) {
    this->limit({.runs_per_job = 3, .runs = 1000, .age = unlimited});
    for (const std::string id : {"a", "c"}) {
        this->add(make_job(id, begin));
        this->run_times(id == "a" ? 3 : 1);
        this->remove(id);
    }
    const std::vector<JobRecord> jobs{make_job("a", begin + 10h), make_job("b", begin + 10h),
                                      make_job("c", begin + 10h)};
    ASSERT_TRUE(this->store->add(jobs).empty());
    for (const ClaimedRun& run : this->claim(begin + 10h).claimed) this->settle(run);
    EXPECT_EQ(this->records("a").size(), 3u);
    EXPECT_EQ(this->records("b").size(), 1u);
    EXPECT_EQ(this->records("c").size(), 2u);
}

TYPED_TEST_P(StoreHistory, KeepsWhatAnEditPutsOnRecord) {
    this->add(make_job("a", begin));
    this->edit({"a"}, [](std::size_t, const JobRecord* current) {
        JobEdit edit{.action = JobEdit::Action::put, .record = *current};
        edit.record.next_run_time = edit.record.due = begin + 5h;
        edit.not_run.push_back({begin, begin + 4h, 5, RunState::skipped, "paused"});
        return edit;
    });
    const auto records = this->records("a");
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].count, 5);
    EXPECT_EQ(records[0].until, begin + 4h);
    EXPECT_EQ(records[0].reason, "paused");
}

TYPED_TEST_P(StoreHistory, SurvivesAReopening) {
    if constexpr (!TypeParam::keeps_jobs) return this->expect_nothing_kept();
    this->add(make_job("a", begin));
    this->run_times(5);
    this->reopen({.runs_per_job = 4, .runs = 1000, .age = unlimited});
    EXPECT_EQ(this->records("a").at(0).scheduled, begin + 4h);
    this->run_times(1, begin + 5h);
    EXPECT_EQ(this->records("a").size(), 4u);
}

REGISTER_TYPED_TEST_SUITE_P(StoreHistory, KeepsWhatASettlementSays, IsListedNewestFirstInPages,
                            IsListedForOneJob, KeepsTheNewestRunsOfEachJob,
                            KeepsTheNewestRunsOfTheStore, DropsRunsThatEndedLongAgo,
                            DropsRunsThatEndedLongAgoBehindThoseThatTookLong, OfNothingKeepsNothing,
                            OutlivesItsJob, OfAJobAddedAnewCountsWithThatOfTheOldOne,
                            OfJobsAddedTogetherIsThatOfEach, KeepsWhatAnEditPutsOnRecord,
                            SurvivesAReopening);

}  // namespace punctual::contract
