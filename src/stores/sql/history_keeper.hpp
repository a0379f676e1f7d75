#pragma once
// Puts on record what has been, and lets go of what is beyond the limits of `History`. It collects,
// and writes all of it with a statement for each kind of change.

#include <punctual/stores/store.hpp>

#include <string_view>
#include <vector>

#include "stores/sql/history_table.hpp"

namespace punctual::detail {

/// *Lifetime*: within one transaction.
class SqlHistoryKeeper {
public:
    /// `size` is how many records there are in all, `looked_through` when they were looked through
    /// for what is too old.
    SqlHistoryKeeper(SqlHistoryTable& table, const History& limits, std::int64_t size,
                     Instant& looked_through)
        : table_(table), limits_(limits), size_(size), looked_through_(looked_through) {}

    /// False if no record is kept at all.
    [[nodiscard]] bool keeps() const { return limits_.runs_per_job > 0 && limits_.runs > 0; }
    /// A record to put there. The caller sees to the size of the history of its job.
    void add(RunRecord record) { records_.push_back(std::move(record)); }
    /// The history of the job has this size now, with what was added.
    void note_size(std::string_view job_id, std::int64_t size);
    /// The job of this id, if there is one, has `difference` more.
    void change_size(std::string_view job_id, std::int64_t difference);

    /// Returns how many answers are to come.
    [[nodiscard]] std::size_t send_records();
    /// A few of the oldest records, about as many as were added: the cost of a pass stays even.
    void send_trims(Instant now);
    void receive_trims();
    /// Returns how many answers are to come.
    [[nodiscard]] std::size_t send_sizes() { return table_.send_changes(changes_); }
    /// How many more records there are in all.
    [[nodiscard]] std::int64_t difference() const { return added_ - removed_; }

private:
    [[nodiscard]] bool is_time_to_look_through(Instant now);

    SqlHistoryTable& table_;
    const History& limits_;
    std::int64_t size_;
    Instant& looked_through_;
    std::vector<RunRecord> records_;
    SqlHistoryChanges surpluses_;
    SqlHistoryChanges changes_;
    std::size_t trims_ = 0;
    std::int64_t added_ = 0;
    std::int64_t removed_ = 0;
};

}  // namespace punctual::detail
