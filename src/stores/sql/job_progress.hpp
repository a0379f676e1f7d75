#pragma once
// What a pass changes of jobs, collected and written with a statement for each kind of change.

#include <punctual/stores/store.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

#include "stores/sql/connection.hpp"
#include "stores/sql/job_table.hpp"
#include "stores/sql/queued_column.hpp"

namespace punctual::detail {

/// *Lifetime*: within one transaction.
class SqlJobProgress {
public:
    explicit SqlJobProgress(SqlConnection& connection) : connection_(connection) {}

    struct Settled {
        std::int64_t generation;
        std::string_view job_id;
        std::int64_t groups = 0;
        std::int64_t records = 0;
        /// The answer has shown that the job is there.
        bool is_there = false;
    };

    /// A group of runs begins besides the schedule.
    void begin_group(std::int64_t generation) {
        settled_.push_back({.generation = generation, .job_id = {}, .groups = -1});
    }
    /// A run of the job ended, which its history keeps or doesn't. *Lifetime*: the id is referred
    /// to.
    void settle(std::int64_t generation, std::string_view job_id, bool ends_group, bool is_kept);
    /// True if an answer is to come: generation, id, history_size and whether any run is queued, of
    /// each job that is there.
    [[nodiscard]] bool send_settled();
    /// Returns true if a group of it has ended.
    bool note_there(std::int64_t generation);
    /// Makes a job due at `due` at the latest, unless it is paused.
    void hasten(std::int64_t generation, Instant due);
    /// Queues a run in a job. *Lifetime*: the request is referred to.
    void queue(const QueueRequest& request) { requests_.push_back(&request); }
    /// One for each job.
    [[nodiscard]] const std::vector<Settled>& settled() const { return settled_; }

    void move_on(const JobRecord& job, const Decision& decision, std::int64_t records);
    /// Leaves the job as it is and claims it later.
    void set_aside(std::int64_t generation, Instant due);
    /// Returns how many answers are to come.
    [[nodiscard]] std::size_t send_moved();

private:
    void unite_settled();
    [[nodiscard]] std::size_t send_queued();

    SqlConnection& connection_;
    std::vector<Settled> settled_;
    SqlIntegers generation_, state_, next_run_time_, due_, last_run_time_, groups_, records_;
    SqlQueuedColumn queued_;
    SqlIntegers aside_generation_, aside_due_;
    SqlIntegers hastened_generation_, hastened_due_;
    std::vector<const QueueRequest*> requests_;
};

}  // namespace punctual::detail
