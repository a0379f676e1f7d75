#pragma once
// What a pass changes of jobs, collected and written with a statement for each kind of change.

#include <punctual/stores/store.hpp>

#include <cstdint>
#include <string>
#include <unordered_map>

#include "stores/sql/connection.hpp"
#include "stores/sql/job_table.hpp"

namespace punctual::detail {

/// *Lifetime*: within one transaction.
class SqlJobProgress {
public:
    explicit SqlJobProgress(SqlConnection& connection) : connection_(connection) {}

    struct Settled {
        std::string job_id;
        std::int64_t groups = 0;
        std::int64_t records = 0;
    };

    /// A group of runs begins besides the schedule.
    void begin_group(std::int64_t generation) { --settled_[generation].groups; }
    /// A run of the job ended, which its history keeps or doesn't.
    void settle(std::int64_t generation, const std::string& job_id, bool ends_group, bool is_kept);
    /// True if an answer is to come: generation, id and history_size of each job that is there.
    [[nodiscard]] bool send_settled();
    /// What that answer has not shown to be there is left in the end.
    void forget_settled(std::int64_t generation) { settled_.erase(generation); }
    [[nodiscard]] const std::unordered_map<std::int64_t, Settled>& settled() const {
        return settled_;
    }

    void move_on(const JobRecord& job, const Decision& decision, std::int64_t records);
    /// Leaves the job as it is and claims it later.
    void set_aside(std::int64_t generation, Instant due);
    /// Returns how many answers are to come.
    [[nodiscard]] std::size_t send_moved();

private:
    SqlConnection& connection_;
    std::unordered_map<std::int64_t, Settled> settled_;
    SqlIntegers generation_, state_, next_run_time_, due_, last_run_time_, groups_, records_;
    SqlIntegers aside_generation_, aside_due_;
};

}  // namespace punctual::detail
