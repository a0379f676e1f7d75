#include "stores/sqlite/run_table.hpp"

#include <fmt/format.h>

namespace punctual::detail {

namespace {

std::string select(std::string_view rest) {
    return fmt::format(
        "SELECT id, generation, job_id, scheduled, due, attempt, group_id, started FROM runs {}",
        rest);
}

}  // namespace

SqliteRunTable::SqliteRunTable(SqliteDatabase& database)
    : insert_(database,
              "INSERT INTO runs (id, generation, job_id, scheduled, due, attempt, group_id, "
              "started) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      start_(database, "UPDATE runs SET started = ? WHERE id = ? AND attempt = ?"),
      settle_(database, "DELETE FROM runs WHERE id = ? AND attempt = ?"),
      retry_(database,
             "UPDATE runs SET started = NULL, attempt = attempt + 1 WHERE id = ? AND attempt = ?"),
      unsettled_(database, select("ORDER BY id")),
      waiting_(database, select("WHERE generation = ? AND started IS NULL ORDER BY id")),
      remove_waiting_(database, "DELETE FROM runs WHERE generation = ? AND started IS NULL"),
      all_waiting_(database, select("WHERE started IS NULL ORDER BY id")),
      remove_all_waiting_(database, "DELETE FROM runs WHERE started IS NULL") {}

void SqliteRunTable::insert(const ClaimedRun& run, Instant now) {
    insert_.run(run.id, run.generation, run.job->id, run.scheduled, run.due, run.attempt, run.group,
                run.started ? std::optional(now) : std::nullopt);
}

bool SqliteRunTable::start(const ClaimedRun& run, Instant now) {
    return start_.run(now, run.id, run.attempt) == 1;
}

bool SqliteRunTable::settle(const ClaimedRun& run) {
    return settle_.run(run.id, run.attempt) == 1;
}

bool SqliteRunTable::retry(const ClaimedRun& run) {
    return retry_.run(run.id, run.attempt) == 1;
}

std::vector<SqliteRunTable::Unsettled> SqliteRunTable::unsettled() {
    SqliteRows rows = unsettled_.query();
    return read_all(rows);
}

std::vector<SqliteRunTable::Unsettled> SqliteRunTable::take_waiting(std::int64_t generation) {
    std::vector<Unsettled> taken;
    {
        SqliteRows rows = waiting_.query(generation);
        taken = read_all(rows);
    }
    if (!taken.empty()) remove_waiting_.run(generation);
    return taken;
}

std::vector<SqliteRunTable::Unsettled> SqliteRunTable::take_all_waiting() {
    std::vector<Unsettled> taken;
    {
        SqliteRows rows = all_waiting_.query();
        taken = read_all(rows);
    }
    remove_all_waiting_.run();
    return taken;
}

std::vector<SqliteRunTable::Unsettled> SqliteRunTable::read_all(SqliteRows& rows) {
    std::vector<Unsettled> all;
    while (rows.next()) {
        Unsettled& entry = all.emplace_back();
        entry.run.id = rows.integer(0);
        entry.run.generation = rows.integer(1);
        entry.job_id = rows.text(2);
        entry.run.scheduled = rows.instant(3);
        entry.run.due = rows.instant(4);
        entry.run.attempt = static_cast<int>(rows.integer(5));
        entry.run.group = rows.integer(6);
        entry.run.started = !rows.is_null(7);
    }
    return all;
}

}  // namespace punctual::detail
