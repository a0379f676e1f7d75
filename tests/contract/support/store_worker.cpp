#include "contract/support/store_worker.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <utility>

namespace punctual::contract {

void add_hourly_jobs(JobStore& store) {
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 8; ++i) {
        jobs.push_back(make_job("job " + std::to_string(i), begin + i * 1s));
    }
    EXPECT_TRUE(store.add(jobs).empty());
}

void StoreWorker::pass() {
    if (!is_certain_) catch_up();
    is_certain_ = false;
    const std::string_view executor = "default";
    const Instant now = std::max(now_, store_.next_due(std::span(&executor, 1)));
    const ClaimRequest request{executor, 5};
    DecideBy decider(run_each_hour);
    std::vector<Settlement> settlements;
    for (const ClaimedRun& run : started_) settlements.push_back(succeed(run, now));
    store_.process({.now = now,
                    .settlements = settlements,
                    .starts = claimed_,
                    .claims = std::span(&request, 1),
                    .decider = &decider},
                   result_);
    started_ = std::exchange(claimed_, result_.claimed);
    now_ = now;
    is_certain_ = true;
}

void StoreWorker::pass_in_the_end() {
    for (;;) {
        try {
            pass();
            return;
        } catch (const StoreUnavailableError&) {
            ++failures_;
            std::this_thread::sleep_for(2ms);
        }
    }
}

void StoreWorker::catch_up() {
    std::vector<ClaimedRun> unsettled = store_.unsettled();
    started_.clear();
    claimed_.clear();
    for (ClaimedRun& run : unsettled) {
        (run.started ? started_ : claimed_).push_back(std::move(run));
    }
}

void expect_nothing_lost(JobStore& store) {
    std::map<std::string, std::set<Instant>> instants;
    std::size_t records = 0;
    for (const RunRecord& record : store.runs({.job_id = {}, .limit = 1'000'000, .before = 0})) {
        instants[record.job_id].insert(record.scheduled);
        ++records;
    }
    std::map<std::string, int> running;
    for (const ClaimedRun& run : store.unsettled()) {
        instants[run.job->id].insert(run.scheduled);
        ++running[run.job->id];
        ++records;
    }
    const JobPage page = store.list({}, 1000);
    EXPECT_EQ(page.jobs.size(), 8u);
    std::size_t expected = 0;
    for (const JobRecord& job : page.jobs) {
        const std::string& id = job.definition->id;
        const Instant first = begin + std::stoi(id.substr(4)) * 1s;
        const auto count = static_cast<std::size_t>((job.next_run_time - first) / 1h);
        EXPECT_EQ(instants[id].size(), count) << id;
        EXPECT_EQ(job.running, running[id]) << id;
        expected += count;
    }
    EXPECT_EQ(records, expected) << "an instant is on record twice";
}

void expect_no_gap(JobStore& store, const std::string& job_id, Duration period) {
    auto records = store.runs({.job_id = job_id, .limit = 100'000});
    ASSERT_FALSE(records.empty());
    // What waited behind another run of its group when the scheduler ended waits for the next one.
    for (const ClaimedRun& run : store.unsettled()) {
        EXPECT_FALSE(run.started);
        RunRecord& record = records.emplace_back();
        record.scheduled = record.until = run.scheduled;
    }
    std::ranges::sort(records, {}, &RunRecord::scheduled);
    Instant expected = records.front().scheduled;
    for (const RunRecord& record : records) {
        ASSERT_EQ(record.scheduled, expected) << "an instant is missing, or on record twice";
        expected = record.until + period;
    }
}

}  // namespace punctual::contract
