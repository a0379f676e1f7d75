#pragma once
// What a MongoDB store keeps of runs that ended, and how much of it.

#include <punctual/stores/store.hpp>

#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "stores/mongodb/connection.hpp"
#include "stores/mongodb/run_document.hpp"

namespace punctual::detail {

/// *Thread safety*: none.
class MongoHistory {
public:
    MongoHistory(MongoConnection& connection, const History& limits)
        : connection_(connection), limits_(limits) {}

    [[nodiscard]] bool keeps() const { return limits_.runs_per_job > 0 && limits_.runs > 0; }
    /// Records that are there already stay as they are.
    void add(std::span<const MongoRecord> records);
    /// The same, for outcomes of runs that are still on their jobs' records: what an interrupted
    /// step said of them is replaced.
    void add_outcomes(std::span<const MongoRecord> records);
    /// Removes what is beyond the limits, of what was added. Never throws: what it cannot remove
    /// now goes another time.
    void trim(Instant now) noexcept;
    [[nodiscard]] std::vector<RunRecord> find(const RunQuery& query);

private:
    /// Returns how many of the records were there already.
    std::int64_t insert(std::span<const MongoRecord> records);
    void trim_jobs();
    void count_new_jobs();
    void trim_store();
    void trim_old(Instant now);

    MongoConnection& connection_;
    History limits_;
    // How many records there are of each job whose records were counted.
    std::unordered_map<std::string, std::int64_t> counts_;
    std::unordered_set<std::string> added_;  // jobs with records since the last trimming
    std::int64_t total_ = -1;                // unknown
    Instant trimmed_old_ = Instant::min();
};

}  // namespace punctual::detail
