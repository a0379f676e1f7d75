#pragma once
// What tests of crashes have in common: jobs, a worker that runs them, and what must be on record.

#include <punctual/testing/store_contract/fixture.hpp>

#include <vector>

namespace punctual::contract {

/// Adds eight jobs, "job 0" to "job 7", due each hour from a second after the one before.
void add_hourly_jobs(JobStore& store);

/// What a scheduler does with a store: it settles what it has, starts it, and claims.
class StoreWorker {
public:
    /// Takes up what is on record with its first pass.
    explicit StoreWorker(JobStore& store) : store_(store) {}

    /// After a start or an error, it takes up what is on record first.
    void pass();
    void catch_up();
    /// A pass, as soon as the store is there again.
    void pass_in_the_end();
    /// How many passes of `pass_in_the_end` failed.
    [[nodiscard]] int failures() const { return failures_; }

private:
    JobStore& store_;
    Instant now_ = begin;
    bool is_certain_ = false;
    int failures_ = 0;
    std::vector<ClaimedRun> claimed_;
    std::vector<ClaimedRun> started_;
    StoreResult result_;
};

/// Each instant of each job up to its last one is on record once, and no job is missing.
void expect_nothing_lost(JobStore& store);

/// From the first to the last instant of a job that is on record, each is on record once; none has
/// started that is not settled.
void expect_no_gap(JobStore& store, const std::string& job_id, Duration period);

}  // namespace punctual::contract
