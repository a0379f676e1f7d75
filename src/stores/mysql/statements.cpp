#include "stores/mysql/statements.hpp"

#include <fmt/format.h>

namespace punctual::detail {

namespace {

constexpr std::string_view job_columns =
    "j.generation, j.version, j.next_run_time, j.due, j.last_run_time, j.running, j.state, j.id, "
    "j.history_size, j.queued";
constexpr std::string_view run_columns =
    "r.id, r.generation, r.job_id, r.scheduled, r.due, r.attempt, r.group_id, r.started";
constexpr std::string_view history_columns =
    "id, job_id, scheduled, `until`, `count`, due, started, finished, outcome, attempt, reason, "
    "output, result, progress";
constexpr std::string_view definition_columns =
    "d.generation, d.version, d.added_at, d.task, d.arguments, d.`trigger`, d.options";

// What `UPDATE` and `DELETE` change goes to the server as arrays, and these give no rows; what is
// looked up goes there as JSON, and is read before everything else, so that each row is found by an
// index: that is what STRAIGHT_JOIN is for. UNHEX of a LONGTEXT would be too long for the server to
// compute its length, which it takes for 0 then.
constexpr std::string_view given_numbers =
    "JSON_TABLE(:rows1, '$[*]' COLUMNS (generation BIGINT PATH '$[0]')) AS given";
constexpr std::string_view given_texts =
    "JSON_TABLE(:rows, '$[*]' COLUMNS (text MEDIUMTEXT PATH '$[0]')) AS given";
constexpr std::string_view given_runs =
    "JSON_TABLE(:rows, '$[*]' COLUMNS (id BIGINT PATH '$[0]', attempt BIGINT PATH '$[1]')) AS "
    "given";

// The parts of the texts below that are named there.
std::string fill_in(std::string_view text, const MysqlTables& tables) {
    return fmt::format(
        fmt::runtime(text), fmt::arg("jobs", tables["jobs"]),
        fmt::arg("definitions", tables["definitions"]), fmt::arg("runs", tables["runs"]),
        fmt::arg("history", tables["history"]), fmt::arg("store", tables["store"]),
        fmt::arg("generations", tables["generations"]), fmt::arg("run_ids", tables["run_ids"]),
        fmt::arg("job_columns", job_columns), fmt::arg("run_columns", run_columns),
        fmt::arg("history_columns", history_columns),
        fmt::arg("definition_columns", definition_columns),
        fmt::arg("given_numbers", given_numbers), fmt::arg("given_texts", given_texts),
        fmt::arg("given_runs", given_runs),
        fmt::arg("key_of_given", mysql_key_of("UNHEX(given.text)")),
        fmt::arg("key_of_first", mysql_key_of(":1")),
        fmt::arg("key_of_own_id", mysql_key_of(tables["jobs"] + ".id")),
        fmt::arg("key_of_third", mysql_key_of(":3")));
}

using Texts = std::vector<std::string_view>;

Texts texts_about_jobs(SqlStatement statement) {
    switch (statement) {
        // The history is that of the row's own id: with a parameter, the server would take the
        // subquery for the same one at each row, and compute it once.
        case SqlStatement::insert_jobs:
            return {
                "INSERT INTO {jobs} (generation, id, version, executor, state, next_run_time, "
                "due, last_run_time, `rank`, queued, running, history_size) "
                "VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, 0, "
                "IF((SELECT history_size = 0 FROM {store}), 0, (SELECT COUNT(*) FROM "
                "{history} h WHERE h.job_key = {key_of_own_id})))"};
        case SqlStatement::insert_definitions:
            return {
                "INSERT INTO {definitions} (generation, version, added_at, task, arguments, "
                "`trigger`, options) VALUES (:1, :2, :3, :4, :5, :6, :7)"};
        case SqlStatement::replace_jobs:
            return {
                "UPDATE {jobs} SET version = :2, executor = :3, state = :4, "
                "next_run_time = :5, due = :6, last_run_time = :7, `rank` = :8, queued = :9 "
                "WHERE generation = :1"};
        case SqlStatement::replace_definitions:
            return {
                "UPDATE {definitions} SET version = :2, added_at = :3, task = :4, "
                "arguments = :5, `trigger` = :6, options = :7 WHERE generation = :1"};
        case SqlStatement::move_jobs_on:
            return {
                "UPDATE {jobs} SET state = :2, next_run_time = :3, due = :4, "
                "last_run_time = :5, running = running + :6, "
                "history_size = history_size + :7, queued = :8 WHERE generation = :1"};
        case SqlStatement::set_jobs_aside:
            return {"UPDATE {jobs} SET due = :2 WHERE generation = :1"};
        case SqlStatement::settle_jobs:
            return {
                "UPDATE {jobs} SET running = running - :2, "
                "history_size = history_size + :3 WHERE generation = :1",
                "SELECT j.generation, j.id, j.history_size, j.queued <> '' FROM {given_numbers} "
                "STRAIGHT_JOIN {jobs} j ON j.generation = given.generation"};
        case SqlStatement::hasten_jobs:
            return {"UPDATE {jobs} SET due = LEAST(due, :2) WHERE generation = :1 AND state <> 1"};
        case SqlStatement::queue_in_generations:
            return {
                "UPDATE {jobs} SET queued = CONCAT(queued, :2), "
                "due = IF(state = 1, due, LEAST(due, :3)) WHERE generation = :1"};
        case SqlStatement::queue_in_jobs:
            return {
                "UPDATE {jobs} SET queued = CONCAT(queued, :2), "
                "due = IF(state = 1, due, LEAST(due, :3)) WHERE id_key = {key_of_first}"};
        case SqlStatement::change_history_sizes:
            return {
                "UPDATE {jobs} SET history_size = history_size + :2 "
                "WHERE id_key = {key_of_first}"};
        case SqlStatement::remove_jobs:
            return {"DELETE FROM {jobs} WHERE generation = :1"};
        case SqlStatement::remove_definitions:
            return {"DELETE FROM {definitions} WHERE generation = :1"};
        case SqlStatement::remove_done_jobs:
            return {"SELECT {job_columns} FROM {jobs} j WHERE j.is_done = 1 FOR UPDATE",
                    "DELETE FROM {jobs} WHERE generation = :result0"};
        case SqlStatement::remove_all_jobs:
            return {"DELETE FROM {jobs}"};
        case SqlStatement::remove_all_definitions:
            return {"DELETE FROM {definitions}"};
        default:
            return {};
    }
}

Texts texts_of_lookup(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::find_jobs:
            return {
                "SELECT {job_columns} FROM {given_texts} "
                "STRAIGHT_JOIN {jobs} j ON j.id_key = {key_of_given}"};
        case SqlStatement::lock_jobs:
            return {
                "SELECT {job_columns} FROM {given_texts} "
                "STRAIGHT_JOIN {jobs} j ON j.id_key = {key_of_given} FOR UPDATE"};
        case SqlStatement::find_generations:
            return {
                "SELECT {job_columns} FROM {given_numbers} "
                "STRAIGHT_JOIN {jobs} j ON j.generation = given.generation"};
        case SqlStatement::list_jobs:
            return {
                "SELECT {job_columns} FROM {jobs} j FORCE INDEX (by_next_run_time) "
                "WHERE j.next_run_time > :1 OR "
                "(j.next_run_time = :1 AND j.generation > :2) "
                "ORDER BY j.next_run_time, j.generation LIMIT :3"};
        case SqlStatement::claim_jobs:
            return {
                "SELECT {job_columns} FROM {jobs} j FORCE INDEX (by_due) "
                "WHERE j.executor = :1 AND j.due <= :2 "
                "ORDER BY j.due, j.`rank`, j.generation LIMIT :3 FOR UPDATE SKIP LOCKED"};
        case SqlStatement::next_due:
            return {
                "SELECT MIN((SELECT j.due FROM {jobs} j FORCE INDEX (by_due) "
                "WHERE j.executor = UNHEX(given.text) ORDER BY j.due LIMIT 1)) "
                "FROM {given_texts}"};
        case SqlStatement::find_definitions:
            return {
                "SELECT {definition_columns} FROM {given_numbers} "
                "STRAIGHT_JOIN {definitions} d ON d.generation = given.generation"};
        default:
            return {};
    }
}

Texts texts_about_runs(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::insert_runs:
            return {
                "INSERT INTO {runs} (id, generation, job_id, scheduled, due, attempt, "
                "group_id, started) VALUES (:1, :2, :3, :4, :5, :6, :7, :8)"};
        case SqlStatement::start_runs:
            return {
                "SELECT r.id FROM {given_runs} STRAIGHT_JOIN {runs} r ON r.id = given.id "
                "AND r.attempt = given.attempt FOR UPDATE",
                "UPDATE {runs} SET started = :1 WHERE id = :result0"};
        case SqlStatement::take_runs:
            return {
                "SELECT r.id FROM {given_runs} STRAIGHT_JOIN {runs} r ON r.id = given.id "
                "AND r.attempt = given.attempt FOR UPDATE",
                "DELETE FROM {runs} WHERE id = :result0"};
        case SqlStatement::retry_runs:
            return {
                "UPDATE {runs} SET started = NULL, attempt = attempt + 1 "
                "WHERE id = :1 AND attempt = :2"};
        case SqlStatement::unsettled_runs:
            return {"SELECT {run_columns} FROM {runs} r"};
        case SqlStatement::take_waiting_runs:
            return {
                "SELECT {run_columns} FROM {given_numbers} JOIN {runs} r "
                "ON r.generation = given.generation AND r.started IS NULL FOR UPDATE",
                "DELETE FROM {runs} WHERE id = :result0"};
        case SqlStatement::take_all_waiting_runs:
            return {"SELECT {run_columns} FROM {runs} r WHERE r.started IS NULL FOR UPDATE",
                    "DELETE FROM {runs} WHERE id = :result0"};
        default:
            return {};
    }
}

Texts texts_about_history(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::insert_history:
            return {
                "INSERT INTO {history} ({history_columns}) "
                "VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14)"};
        case SqlStatement::list_history:
            return {
                "SELECT {history_columns} FROM {history} WHERE id < :1 "
                "ORDER BY id DESC LIMIT :2"};
        case SqlStatement::list_history_of_job:
            return {
                "SELECT {history_columns} FROM {history} WHERE id < :1 "
                "AND job_key = {key_of_third} ORDER BY id DESC LIMIT :2"};
        // Each step goes from a record of a job to its next one by an index, until it has enough.
        case SqlStatement::remove_oldest_of_jobs:
            return {
                "WITH RECURSIVE surplus (job_key, more, id) AS ("
                "SELECT LEFT({key_of_given}, 256), "
                "given.count - 1, (SELECT MIN(h.id) "
                "FROM {history} h WHERE h.job_key = {key_of_given}) "
                "FROM JSON_TABLE(:rows, '$[*]' COLUMNS (text MEDIUMTEXT PATH '$[0]', "
                "count BIGINT PATH '$[1]')) AS given "
                "UNION ALL SELECT surplus.job_key, surplus.more - 1, (SELECT MIN(h.id) "
                "FROM {history} h WHERE h.job_key = surplus.job_key AND h.id > surplus.id) "
                "FROM surplus WHERE surplus.more > 0 AND surplus.id IS NOT NULL) "
                "SELECT h.job_id, h.id FROM surplus STRAIGHT_JOIN {history} h "
                "ON h.id = surplus.id",
                "DELETE FROM {history} WHERE id = :result1"};
        case SqlStatement::remove_oldest:
            return {"SELECT job_id, id FROM {history} ORDER BY id LIMIT :1",
                    "DELETE FROM {history} WHERE id = :result1"};
        case SqlStatement::remove_ended:
            return {
                "SELECT job_id, id FROM (SELECT job_id, id, finished FROM {history} "
                "ORDER BY id LIMIT :1) AS oldest WHERE finished < :2",
                "DELETE FROM {history} WHERE id = :result1"};
        default:
            return {};
    }
}

Texts texts_about_store(SqlStatement statement) {
    constexpr std::string_view blocks =
        "WITH RECURSIVE block (number) AS (SELECT 1 UNION ALL "
        "SELECT number + 1 FROM block WHERE number < :1) ";
    static const std::string generations =
        std::string(blocks) + "SELECT NEXTVAL({generations}) FROM block";
    static const std::string run_ids = std::string(blocks) + "SELECT NEXTVAL({run_ids}) FROM block";
    switch (statement) {
        case SqlStatement::history_size:
            return {"SELECT history_size FROM {store}"};
        case SqlStatement::change_history_size:
            return {"UPDATE {store} SET history_size = history_size + :1"};
        case SqlStatement::reserve_generations:
            return {generations};
        case SqlStatement::reserve_runs:
            return {run_ids};
        default:
            return {};
    }
}

}  // namespace

std::vector<std::string> mysql_statements(SqlStatement statement, const MysqlTables& tables) {
    std::vector<std::string> filled_in;
    for (const auto texts_about : {texts_about_jobs, texts_of_lookup, texts_about_runs,
                                   texts_about_history, texts_about_store}) {
        for (const std::string_view text : texts_about(statement)) {
            filled_in.push_back(fill_in(text, tables));
        }
    }
    return filled_in;
}

}  // namespace punctual::detail
