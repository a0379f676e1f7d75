#include "stores/sqlite/statements.hpp"

#include <fmt/format.h>

#include "stores/sql/id_blocks.hpp"

namespace punctual::detail {

namespace {

// The parts of the texts below that are named there.
std::string fill_in(std::string_view text, const SqliteTables& tables) {
    constexpr std::string_view job_columns =
        "generation, version, next_run_time, due, last_run_time, running, state, id, history_size, "
        "queued";
    constexpr std::string_view run_columns =
        "id, generation, job_id, scheduled, due, attempt, group_id, started";
    constexpr std::string_view history_columns =
        "id, job_id, scheduled, until, count, due, started, finished, outcome, attempt, reason, "
        "output, result, progress";
    // The index on `due` leaves out what is never due, so its queries have to say the same.
    constexpr std::string_view is_due_some_time = "due < 9223372036854775807";
    return fmt::format(
        fmt::runtime(text), fmt::arg("jobs", tables["jobs"]),
        fmt::arg("definitions", tables["definitions"]), fmt::arg("runs", tables["runs"]),
        fmt::arg("history", tables["history"]), fmt::arg("store", tables["store"]),
        fmt::arg("job_columns", job_columns), fmt::arg("run_columns", run_columns),
        fmt::arg("history_columns", history_columns), fmt::arg("block", SqlIdBlocks::block_size),
        fmt::arg("is_due_some_time", is_due_some_time));
}

std::string_view text_about_jobs(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::insert_jobs:
            return "INSERT INTO {jobs} (generation, id, version, executor, state, next_run_time, "
                   "due, last_run_time, rank, queued, running, history_size) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, (SELECT count(*) FROM "
                   "{history} WHERE job_id = ?2))";
        case SqlStatement::insert_definitions:
            return "INSERT INTO {definitions} (generation, added_at, task, arguments, trigger, "
                   "options) VALUES (?1, ?3, ?4, ?5, ?6, ?7)";
        case SqlStatement::replace_jobs:
            return "UPDATE {jobs} SET version = ?2, executor = ?3, state = ?4, next_run_time = ?5, "
                   "due = ?6, last_run_time = ?7, rank = ?8, queued = ?9 WHERE generation = ?1";
        case SqlStatement::replace_definitions:
            return "UPDATE {definitions} SET added_at = ?3, task = ?4, arguments = ?5, "
                   "trigger = ?6, options = ?7 WHERE generation = ?1";
        case SqlStatement::remove_jobs:
            return "DELETE FROM {jobs} WHERE generation = ?1";
        case SqlStatement::remove_definitions:
            return "DELETE FROM {definitions} WHERE generation = ?1";
        case SqlStatement::remove_all_jobs:
            return "DELETE FROM {jobs}";
        case SqlStatement::remove_all_definitions:
            return "DELETE FROM {definitions}";
        default:
            return {};
    }
}

std::string_view text_about_progress(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::move_jobs_on:
            return "UPDATE {jobs} SET state = ?2, next_run_time = ?3, due = ?4, "
                   "last_run_time = ?5, running = running + ?6, "
                   "history_size = history_size + ?7, queued = ?8 WHERE generation = ?1";
        case SqlStatement::set_jobs_aside:
            return "UPDATE {jobs} SET due = ?2 WHERE generation = ?1";
        case SqlStatement::settle_jobs:
            return "UPDATE {jobs} SET running = running - ?2, history_size = history_size + ?3 "
                   "WHERE generation = ?1;"
                   "SELECT generation, id, history_size, queued <> '' FROM {jobs} "
                   "WHERE generation = ?1";
        case SqlStatement::hasten_jobs:
            return "UPDATE {jobs} SET due = min(due, ?2) WHERE generation = ?1 AND state <> 1";
        case SqlStatement::queue_in_generations:
            return "UPDATE {jobs} SET queued = queued || ?2, "
                   "due = iif(state = 1, due, min(due, ?3)) WHERE generation = ?1";
        case SqlStatement::queue_in_jobs:
            return "UPDATE {jobs} SET queued = queued || ?2, "
                   "due = iif(state = 1, due, min(due, ?3)) WHERE id = ?1";
        case SqlStatement::change_history_sizes:
            return "UPDATE {jobs} SET history_size = history_size + ?2 WHERE id = ?1";
        case SqlStatement::remove_done_jobs:
            return "SELECT {job_columns} FROM {jobs} "
                   "WHERE state = 2 AND running = 0 AND queued = '';"
                   "DELETE FROM {jobs} WHERE state = 2 AND running = 0 AND queued = ''";
        default:
            return {};
    }
}

std::string_view text_of_lookup(SqlStatement statement) {
    switch (statement) {
        // A transaction of ours has the whole database to itself.
        case SqlStatement::find_jobs:
        case SqlStatement::lock_jobs:
            return "SELECT {job_columns} FROM {jobs} WHERE id = ?1";
        case SqlStatement::find_generations:
            return "SELECT {job_columns} FROM {jobs} WHERE generation = ?1";
        case SqlStatement::list_jobs:
            return "SELECT {job_columns} FROM {jobs} WHERE (next_run_time, generation) > (?1, ?2) "
                   "ORDER BY next_run_time, generation LIMIT ?3";
        case SqlStatement::claim_jobs:
            return "SELECT {job_columns} FROM {jobs} WHERE executor = ?1 AND due <= ?2 AND "
                   "{is_due_some_time} ORDER BY due, rank, generation LIMIT ?3";
        case SqlStatement::next_due:
            return "SELECT due FROM {jobs} WHERE executor = ?1 AND {is_due_some_time} "
                   "ORDER BY due LIMIT 1";
        // Without a version of their own. Should a change come between the reading of a job and
        // that of its definition, the job is never read in its old version again.
        case SqlStatement::find_definitions:
            return "SELECT generation, NULL, added_at, task, arguments, trigger, options "
                   "FROM {definitions} WHERE generation = ?1";
        default:
            return {};
    }
}

std::string_view text_about_runs(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::insert_runs:
            return "INSERT INTO {runs} (id, generation, job_id, scheduled, due, attempt, group_id, "
                   "started) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        case SqlStatement::start_runs:
            return "UPDATE {runs} SET started = ?1 WHERE id = ?2 AND attempt = ?3";
        case SqlStatement::take_runs:
            return "DELETE FROM {runs} WHERE id = ?1 AND attempt = ?2";
        case SqlStatement::retry_runs:
            return "UPDATE {runs} SET started = NULL, attempt = attempt + 1 "
                   "WHERE id = ?1 AND attempt = ?2";
        case SqlStatement::unsettled_runs:
            return "SELECT {run_columns} FROM {runs}";
        case SqlStatement::take_waiting_runs:
            return "SELECT {run_columns} FROM {runs} WHERE generation = ?1 AND started IS NULL;"
                   "DELETE FROM {runs} WHERE generation = ?1 AND started IS NULL";
        case SqlStatement::take_all_waiting_runs:
            return "SELECT {run_columns} FROM {runs} WHERE started IS NULL;"
                   "DELETE FROM {runs} WHERE started IS NULL";
        default:
            return {};
    }
}

std::string_view text_about_history(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::insert_history:
            return "INSERT INTO {history} ({history_columns}) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
        case SqlStatement::list_history:
            return "SELECT {history_columns} FROM {history} WHERE id < ?1 ORDER BY id DESC "
                   "LIMIT ?2";
        case SqlStatement::list_history_of_job:
            return "SELECT {history_columns} FROM {history} WHERE id < ?1 AND job_id = ?3 "
                   "ORDER BY id DESC LIMIT ?2";
        case SqlStatement::remove_oldest_of_jobs:
            return "DELETE FROM {history} WHERE id IN (SELECT id FROM {history} "
                   "WHERE job_id = ?1 ORDER BY id LIMIT ?2) RETURNING job_id";
        case SqlStatement::remove_oldest:
            return "DELETE FROM {history} WHERE id IN (SELECT id FROM {history} "
                   "ORDER BY id LIMIT ?1) RETURNING job_id";
        case SqlStatement::remove_ended:
            return "DELETE FROM {history} WHERE id IN (SELECT id FROM (SELECT id, finished FROM "
                   "{history} ORDER BY id LIMIT ?1) WHERE finished < ?2) RETURNING job_id";
        default:
            return {};
    }
}

std::string_view text_about_store(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::history_size:
            return "SELECT history_size FROM {store}";
        case SqlStatement::change_history_size:
            return "UPDATE {store} SET history_size = history_size + ?1";
        case SqlStatement::reserve_generations:
            return "UPDATE {store} SET next_generation = next_generation + ?1 * {block};"
                   "WITH RECURSIVE block (number) AS "
                   "(SELECT ?1 UNION ALL SELECT number - 1 FROM block WHERE number > 1) "
                   "SELECT next_generation - number * {block} FROM {store}, block";
        case SqlStatement::reserve_runs:
            return "UPDATE {store} SET next_run = next_run + ?1 * {block};"
                   "WITH RECURSIVE block (number) AS "
                   "(SELECT ?1 UNION ALL SELECT number - 1 FROM block WHERE number > 1) "
                   "SELECT next_run - number * {block} FROM {store}, block";
        default:
            return {};
    }
}

// RETURNING would do it at twice the cost: it keeps its rows in a table of its own first.
int given_by(SqlStatement statement) {
    if (statement == SqlStatement::start_runs) return 2;
    if (statement == SqlStatement::take_runs) return 1;
    return 0;
}

}  // namespace

SqliteText sqlite_statement(SqlStatement statement, const SqliteTables& tables) {
    for (const auto text_about : {text_about_jobs, text_about_progress, text_of_lookup,
                                  text_about_runs, text_about_history, text_about_store}) {
        const std::string_view text = text_about(statement);
        if (!text.empty()) return {.sql = fill_in(text, tables), .given = given_by(statement)};
    }
    return {};
}

}  // namespace punctual::detail
