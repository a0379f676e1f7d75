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
    explicit StoreWorker(JobStore& store) : store_(store) { catch_up(); }

    void pass();
    /// Takes up what is on record, after a restart or an error.
    void catch_up();

private:
    JobStore& store_;
    Instant now_ = begin;
    std::vector<ClaimedRun> claimed_;
    std::vector<ClaimedRun> started_;
    StoreResult result_;
};

/// Each instant of each job up to its last one is on record once, and no job is missing.
void expect_nothing_lost(JobStore& store);

}  // namespace punctual::contract
