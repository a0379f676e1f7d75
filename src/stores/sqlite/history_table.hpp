#pragma once
// What has been, in SQLite: finished runs, and instants that did not run.

#include <punctual/stores/store.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stores/sqlite/database.hpp"

namespace punctual::detail {

/// *Thread safety*: none.
class SqliteHistoryTable {
public:
    explicit SqliteHistoryTable(SqliteDatabase& database);

    void insert(const RunRecord& record);
    /// Newest first.
    [[nodiscard]] std::vector<RunRecord> list(const RunQuery& query);

    /// Removes the oldest `count` records of a job; returns how many there were.
    std::int64_t remove_oldest_of(std::string_view job_id, std::int64_t count);
    /// How many records each of these jobs lost.
    using Losses = std::vector<std::pair<std::string, std::int64_t>>;
    [[nodiscard]] Losses remove_oldest(std::int64_t count);
    /// Of the oldest `count` records, removes those that ended before `limit`.
    [[nodiscard]] Losses remove_ended_before(Instant limit, std::int64_t count);

private:
    [[nodiscard]] static Losses count_losses(SqliteRows& rows);

    SqliteStatement insert_;
    SqliteStatement list_;
    SqliteStatement list_of_job_;
    SqliteStatement remove_oldest_of_;
    SqliteStatement remove_oldest_;
    SqliteStatement remove_ended_;
};

}  // namespace punctual::detail
