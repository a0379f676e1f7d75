#pragma once
// Puts jobs that come from elsewhere into a store, some hundred in each atomic step.

#include <punctual/transfer.hpp>

#include <string>
#include <unordered_set>
#include <vector>

namespace punctual::detail {

class JobReceiver {
public:
    /// The store is open, and outlives this.
    JobReceiver(JobStore& store, ExistingJobs existing) : store_(store), existing_(existing) {}

    /// Takes a job; true if this completed a step, which is written then.
    bool take(JobRecord job);
    /// Writes what is left.
    void finish();
    [[nodiscard]] const Transferred& so_far() const { return count_; }
    /// The jobs of the last step, and whether each was there before.
    [[nodiscard]] const std::vector<JobRecord>& last_step() const { return written_; }
    [[nodiscard]] const std::vector<bool>& existed() const { return existed_; }

private:
    class Editor;

    JobStore& store_;
    ExistingJobs existing_;
    Transferred count_;
    std::vector<JobRecord> step_;
    std::unordered_set<std::string> ids_;  // of the step
    std::vector<JobRecord> written_;
    std::vector<bool> existed_;
};

}  // namespace punctual::detail
