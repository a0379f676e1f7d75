#pragma once
// What has been, in an SQL database: finished runs, and instants that did not run.

#include <punctual/stores/store.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// How many records each of these jobs lost, or got.
using SqlHistoryChanges = std::map<std::string, std::int64_t, std::less<>>;

/// *Thread safety*: none.
class SqlHistoryTable {
public:
    explicit SqlHistoryTable(SqlConnection& connection) : connection_(connection) {}

    /// Returns how many answers are to come.
    [[nodiscard]] std::size_t send_insert(std::span<const RunRecord> records);
    /// Newest first.
    [[nodiscard]] std::vector<RunRecord> list(const RunQuery& query);

    /// Each of these has an answer for `receive_losses`. Removes the oldest records of jobs, as
    /// many of each as said.
    void send_remove_oldest_of(const SqlHistoryChanges& counts);
    void send_remove_oldest(std::int64_t count);
    /// Of the oldest `count` records, removes those that ended before `limit`.
    void send_remove_ended_before(Instant limit, std::int64_t count);
    /// Takes what went off `changes`; returns how many it were.
    [[nodiscard]] std::int64_t receive_losses(SqlHistoryChanges& changes);

    /// Tells jobs, by their ids, how their history changed. Returns how many answers are to come.
    [[nodiscard]] std::size_t send_changes(const SqlHistoryChanges& changes);

private:
    SqlConnection& connection_;
};

}  // namespace punctual::detail
