#include "stores/sqlite/history_table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <limits>
#include <map>

#include "stores/run_codec.hpp"

namespace punctual::detail {

namespace {

std::string select(std::string_view condition) {
    return fmt::format(
        "SELECT id, job_id, scheduled, until, count, due, started, finished, outcome, attempt, "
        "reason, output, result FROM history WHERE {} ORDER BY id DESC LIMIT ?",
        condition);
}

std::optional<std::string_view> unless_empty(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

RunRecord read(const SqliteRows& rows) {
    RunRecord record;
    record.id = rows.integer(0);
    record.job_id = rows.text(1);
    record.scheduled = rows.instant(2);
    record.until = rows.optional_instant(3).value_or(record.scheduled);
    record.count = rows.is_null(4) ? 1 : rows.integer(4);
    record.due = rows.instant(5);
    record.started = rows.optional_instant(6);
    record.finished = rows.instant(7);
    record.state = run_state_from(rows.text(8));
    record.attempt = static_cast<int>(rows.integer(9));
    record.reason = rows.text(10);
    record.output = rows.text(11);
    record.result = decode_result(rows.text(12));
    return record;
}

}  // namespace

SqliteHistoryTable::SqliteHistoryTable(SqliteDatabase& database)
    : insert_(database,
              "INSERT INTO history (id, job_id, scheduled, until, count, due, started, finished, "
              "outcome, attempt, reason, output, result) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      list_(database, select("id < ?")),
      list_of_job_(database, select("id < ? AND job_id = ?")),
      remove_oldest_of_(database,
                        "DELETE FROM history WHERE id IN (SELECT id FROM history WHERE job_id = ? "
                        "ORDER BY id LIMIT ?)"),
      remove_oldest_(database,
                     "DELETE FROM history WHERE id IN (SELECT id FROM history ORDER BY id LIMIT ?) "
                     "RETURNING job_id"),
      remove_ended_(database,
                    "DELETE FROM history WHERE id IN (SELECT id FROM (SELECT id, finished FROM "
                    "history ORDER BY id LIMIT ?) WHERE finished < ?) RETURNING job_id") {}

void SqliteHistoryTable::insert(const RunRecord& record) {
    const bool is_range = record.count != 1 || record.until != record.scheduled;
    const std::string result = encode_result(record.result);
    insert_.run(record.id, record.job_id, record.scheduled,
                is_range ? std::optional(record.until) : std::nullopt,
                is_range ? std::optional(record.count) : std::nullopt, record.due, record.started,
                *record.finished, to_string(record.state), record.attempt,
                unless_empty(record.reason), unless_empty(record.output), unless_empty(result));
}

std::vector<RunRecord> SqliteHistoryTable::list(const RunQuery& query) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    const std::int64_t before = query.before == 0 ? most : query.before;
    const auto limit =
        static_cast<std::int64_t>(std::min(query.limit, static_cast<std::size_t>(most)));
    std::vector<RunRecord> records;
    SqliteRows rows = query.job_id.empty() ? list_.query(before, limit)
                                           : list_of_job_.query(before, query.job_id, limit);
    while (rows.next()) records.push_back(read(rows));
    return records;
}

std::int64_t SqliteHistoryTable::remove_oldest_of(std::string_view job_id, std::int64_t count) {
    return remove_oldest_of_.run(job_id, count);
}

SqliteHistoryTable::Losses SqliteHistoryTable::remove_oldest(std::int64_t count) {
    SqliteRows rows = remove_oldest_.query(count);
    return count_losses(rows);
}

SqliteHistoryTable::Losses SqliteHistoryTable::remove_ended_before(Instant limit,
                                                                   std::int64_t count) {
    SqliteRows rows = remove_ended_.query(count, limit);
    return count_losses(rows);
}

SqliteHistoryTable::Losses SqliteHistoryTable::count_losses(SqliteRows& rows) {
    std::map<std::string, std::int64_t, std::less<>> losses;
    while (rows.next()) ++losses[std::string(rows.text(0))];
    return {losses.begin(), losses.end()};
}

}  // namespace punctual::detail
