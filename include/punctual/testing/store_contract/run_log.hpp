#pragma once
// Which instants of which jobs ran, and that each is on record once: for tests of schedulers on
// stores that fail.

#include <punctual/scheduler.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace punctual::contract {

/// What ran in this process. *Thread safety*: safe.
class RunLog {
public:
    void note(const std::string& job_id, Instant scheduled) {
        const std::lock_guard lock(mutex_);
        instants_[job_id].push_back(scheduled);
        changed_.notify_all();
    }
    /// In order; one that ran twice is in there twice.
    [[nodiscard]] std::vector<Instant> instants(const std::string& job_id) const {
        const std::lock_guard lock(mutex_);
        const auto found = instants_.find(job_id);
        std::vector<Instant> sorted =
            found == instants_.end() ? std::vector<Instant>() : found->second;
        std::ranges::sort(sorted);
        return sorted;
    }
    /// Waits until the job has run `count` times more than by now.
    void wait_for_more(const std::string& job_id, std::size_t count) {
        std::unique_lock lock(mutex_);
        const std::size_t wanted = instants_[job_id].size() + count;
        changed_.wait(lock, [&] { return instants_[job_id].size() >= wanted; });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::vector<Instant>> instants_;
};

/// The log that `log_run` writes.
inline RunLog run_log;

/// A task that every store can hold, and whose runs are in `run_log`.
inline const auto log_run = task("punctual.store_contract.log_run", [](RunContext& run) {
    run_log.note(run.job_id(), run.scheduled());
});

/// An id that no other job of this process has.
[[nodiscard]] inline std::string make_job_id(const std::string& name) {
    static std::atomic<int> count = 0;
    return name + " " + std::to_string(++count);
}

/// The instants of a job that are on record, in order, and those of them that succeeded.
struct RecordedInstants {
    std::vector<Instant> all;
    std::vector<Instant> succeeded;
};
[[nodiscard]] inline RecordedInstants recorded_instants(const std::vector<RunRecord>& records,
                                                        Duration interval) {
    RecordedInstants instants;
    for (const RunRecord& record : records) {
        EXPECT_NE(record.state, RunState::lost) << record.job_id;
        if (record.state == RunState::succeeded) instants.succeeded.push_back(record.scheduled);
        std::int64_t count = 0;
        for (Instant at = record.scheduled; at <= record.until; at += interval, ++count) {
            instants.all.push_back(at);
        }
        EXPECT_EQ(count, record.count) << record.job_id;
    }
    std::ranges::sort(instants.all);
    std::ranges::sort(instants.succeeded);
    return instants;
}

/// Each instant of a job of `log_run`, from `first` to `last`, is on record once, and has run once
/// if the record says so. Nothing is under way.
inline void expect_each_instant_once(Scheduler& scheduler, const std::string& store,
                                     const std::string& job_id, Instant first, Instant last,
                                     Duration interval) {
    const RecordedInstants recorded = recorded_instants(
        scheduler.get_runs({.job_id = job_id, .limit = 100'000}, store), interval);
    std::vector<Instant> expected;
    for (Instant at = first; at <= last; at += interval) expected.push_back(at);
    EXPECT_EQ(recorded.all, expected) << job_id;
    EXPECT_EQ(run_log.instants(job_id), recorded.succeeded) << job_id;
    EXPECT_EQ(scheduler.get_job(job_id, store).running(), 0) << job_id;
}

}  // namespace punctual::contract
