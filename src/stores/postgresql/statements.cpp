#include "stores/postgresql/statements.hpp"

#include <fmt/format.h>

namespace punctual::detail {

namespace {

constexpr std::string_view job_columns =
    "j.generation, j.version, j.next_run_time, j.due, j.last_run_time, j.running, j.state, j.id, "
    "j.history_size, j.queued";
constexpr std::string_view run_columns =
    "r.id, r.generation, r.job_id, r.scheduled, r.due, r.attempt, r.group_id, r.started";
constexpr std::string_view history_columns =
    "id, job_id, scheduled, until, count, due, started, finished, outcome, attempt, reason, "
    "output, result, progress";
constexpr std::string_view definition_columns =
    "generation, version, added_at, task, arguments, trigger, options";
constexpr std::string_view definition_parameters =
    "unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], "
    "$7::text[])";

// The parts of the texts below that are named there.
std::string fill_in(std::string_view text, const PostgresqlTables& tables) {
    return fmt::format(
        fmt::runtime(text), fmt::arg("jobs", tables["jobs"]),
        fmt::arg("definitions", tables["definitions"]), fmt::arg("runs", tables["runs"]),
        fmt::arg("history", tables["history"]), fmt::arg("store", tables["store"]),
        fmt::arg("generations", quote_text(tables["generations"])),
        fmt::arg("run_ids", quote_text(tables["run_ids"])), fmt::arg("job_columns", job_columns),
        fmt::arg("run_columns", run_columns), fmt::arg("history_columns", history_columns),
        fmt::arg("definition_columns", definition_columns),
        fmt::arg("definition_parameters", definition_parameters),
        fmt::arg("key_of_job", key_of("j.id")), fmt::arg("key_of_history", key_of("h.job_id")),
        fmt::arg("key_of_given", key_of("given.id")),
        fmt::arg("key_of_third", key_of("$3::bytea")));
}

std::string_view text_about_jobs(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::insert_jobs:
            return "INSERT INTO {jobs} (generation, id, version, executor, state, next_run_time, "
                   "due, last_run_time, rank, queued, running, history_size) "
                   "SELECT given.*, 0, CASE WHEN (SELECT history_size = 0 FROM {store}) THEN 0 "
                   "ELSE (SELECT count(*) FROM {history} h "
                   "WHERE {key_of_history} = {key_of_given}) END "
                   "FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bytea[], "
                   "$5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], "
                   "$10::text[]) AS given(generation, id, version, executor, state, "
                   "next_run_time, due, last_run_time, rank, queued)";
        case SqlStatement::insert_definitions:
            return "INSERT INTO {definitions} ({definition_columns}) "
                   "SELECT * FROM {definition_parameters}";
        case SqlStatement::replace_jobs:
            return "UPDATE {jobs} j SET version = given.version, executor = given.executor, "
                   "state = given.state, next_run_time = given.next_run_time, due = given.due, "
                   "last_run_time = given.last_run_time, rank = given.rank, queued = given.queued "
                   "FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], "
                   "$5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[]) "
                   "AS given(generation, version, executor, state, next_run_time, due, "
                   "last_run_time, rank, queued) "
                   "WHERE j.generation = given.generation";
        case SqlStatement::replace_definitions:
            return "UPDATE {definitions} d SET version = given.version, "
                   "added_at = given.added_at, task = given.task, arguments = given.arguments, "
                   "trigger = given.trigger, options = given.options "
                   "FROM {definition_parameters} AS given({definition_columns}) "
                   "WHERE d.generation = given.generation";
        case SqlStatement::remove_jobs:
            return "DELETE FROM {jobs} WHERE generation = ANY ($1::bigint[])";
        case SqlStatement::remove_definitions:
            return "DELETE FROM {definitions} WHERE generation = ANY ($1::bigint[])";
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
            return "UPDATE {jobs} j SET state = given.state, "
                   "next_run_time = given.next_run_time, due = given.due, "
                   "last_run_time = given.last_run_time, running = j.running + given.groups, "
                   "history_size = j.history_size + given.records, queued = given.queued "
                   "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], "
                   "$5::bigint[], $6::bigint[], $7::bigint[], $8::text[]) AS given(generation, "
                   "state, next_run_time, due, last_run_time, groups, records, queued) "
                   "WHERE j.generation = given.generation";
        case SqlStatement::set_jobs_aside:
            return "UPDATE {jobs} j SET due = given.due "
                   "FROM unnest($1::bigint[], $2::bigint[]) AS given(generation, due) "
                   "WHERE j.generation = given.generation";
        case SqlStatement::settle_jobs:
            return "UPDATE {jobs} j SET running = j.running - given.groups, "
                   "history_size = j.history_size + given.records "
                   "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) "
                   "AS given(generation, groups, records) "
                   "WHERE j.generation = given.generation "
                   "RETURNING j.generation, j.id, j.history_size, (j.queued <> '')::int";
        case SqlStatement::hasten_jobs:
            return "UPDATE {jobs} j SET due = LEAST(j.due, given.due) "
                   "FROM unnest($1::bigint[], $2::bigint[]) AS given(generation, due) "
                   "WHERE j.generation = given.generation AND j.state <> 1";
        case SqlStatement::queue_in_generations:
            return "UPDATE {jobs} j SET queued = j.queued || given.queued, "
                   "due = CASE j.state WHEN 1 THEN j.due ELSE LEAST(j.due, given.due) END "
                   "FROM unnest($1::bigint[], $2::text[], $3::bigint[]) "
                   "AS given(generation, queued, due) WHERE j.generation = given.generation";
        case SqlStatement::queue_in_jobs:
            return "UPDATE {jobs} j SET queued = j.queued || given.queued, "
                   "due = CASE j.state WHEN 1 THEN j.due ELSE LEAST(j.due, given.due) END "
                   "FROM unnest($1::bytea[], $2::text[], $3::bigint[]) "
                   "AS given(id, queued, due) WHERE {key_of_job} = {key_of_given}";
        case SqlStatement::change_history_sizes:
            return "UPDATE {jobs} j SET history_size = j.history_size + given.difference "
                   "FROM unnest($1::bytea[], $2::bigint[]) AS given(id, difference) "
                   "WHERE {key_of_job} = {key_of_given}";
        case SqlStatement::remove_done_jobs:
            return "DELETE FROM {jobs} j WHERE state = 2 AND running = 0 AND queued = '' "
                   "RETURNING {job_columns}";
        default:
            return {};
    }
}

std::string_view text_of_lookup(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::find_jobs:
            return "SELECT {job_columns} FROM unnest($1::bytea[]) AS given(id) "
                   "JOIN {jobs} j ON {key_of_job} = {key_of_given}";
        // In one order, so that two that lock the same jobs do not wait for each other.
        case SqlStatement::lock_jobs:
            return "SELECT {job_columns} FROM unnest($1::bytea[]) AS given(id) "
                   "JOIN {jobs} j ON {key_of_job} = {key_of_given} "
                   "ORDER BY j.generation FOR UPDATE OF j";
        case SqlStatement::find_generations:
            return "SELECT {job_columns} FROM {jobs} j WHERE j.generation = ANY ($1::bigint[])";
        case SqlStatement::list_jobs:
            return "SELECT {job_columns} FROM {jobs} j "
                   "WHERE (j.next_run_time, j.generation) > ($1::bigint, $2::bigint) "
                   "ORDER BY j.next_run_time, j.generation LIMIT $3::bigint";
        case SqlStatement::claim_jobs:
            return "SELECT {job_columns} FROM {jobs} j "
                   "WHERE j.executor = $1::bytea AND j.due <= $2::bigint "
                   "ORDER BY j.due, j.rank, j.generation LIMIT $3::bigint FOR UPDATE SKIP LOCKED";
        case SqlStatement::next_due:
            return "SELECT min(first.due) FROM unnest($1::bytea[]) AS given(executor), "
                   "LATERAL (SELECT j.due FROM {jobs} j WHERE j.executor = given.executor "
                   "ORDER BY j.due LIMIT 1) AS first";
        case SqlStatement::find_definitions:
            return "SELECT {definition_columns} FROM {definitions} "
                   "WHERE generation = ANY ($1::bigint[])";
        default:
            return {};
    }
}

std::string_view text_about_runs(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::insert_runs:
            return "INSERT INTO {runs} (id, generation, job_id, scheduled, due, attempt, "
                   "group_id, started) "
                   "SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], "
                   "$5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])";
        case SqlStatement::start_runs:
            return "UPDATE {runs} r SET started = $1::bigint "
                   "FROM unnest($2::bigint[], $3::bigint[]) AS given(id, attempt) "
                   "WHERE r.id = given.id AND r.attempt = given.attempt RETURNING r.id";
        case SqlStatement::take_runs:
            return "DELETE FROM {runs} r "
                   "USING unnest($1::bigint[], $2::bigint[]) AS given(id, attempt) "
                   "WHERE r.id = given.id AND r.attempt = given.attempt RETURNING r.id";
        case SqlStatement::retry_runs:
            return "UPDATE {runs} r SET started = NULL, attempt = r.attempt + 1 "
                   "FROM unnest($1::bigint[], $2::bigint[]) AS given(id, attempt) "
                   "WHERE r.id = given.id AND r.attempt = given.attempt";
        case SqlStatement::unsettled_runs:
            return "SELECT {run_columns} FROM {runs} r";
        case SqlStatement::take_waiting_runs:
            return "DELETE FROM {runs} r WHERE r.generation = ANY ($1::bigint[]) "
                   "AND r.started IS NULL RETURNING {run_columns}";
        case SqlStatement::take_all_waiting_runs:
            return "DELETE FROM {runs} r WHERE r.started IS NULL RETURNING {run_columns}";
        default:
            return {};
    }
}

std::string_view text_about_history(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::insert_history:
            return "INSERT INTO {history} ({history_columns}) "
                   "SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], "
                   "$5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], "
                   "$10::bigint[], $11::bytea[], $12::bytea[], $13::text[], $14::bytea[])";
        case SqlStatement::list_history:
            return "SELECT {history_columns} FROM {history} WHERE id < $1::bigint "
                   "ORDER BY id DESC LIMIT $2::bigint";
        case SqlStatement::list_history_of_job:
            return "SELECT {history_columns} FROM {history} h WHERE id < $1::bigint "
                   "AND {key_of_history} = {key_of_third} ORDER BY id DESC LIMIT $2::bigint";
        case SqlStatement::remove_oldest_of_jobs:
            return "DELETE FROM {history} gone USING (SELECT oldest.id FROM "
                   "unnest($1::bytea[], $2::bigint[]) AS given(id, count), LATERAL "
                   "(SELECT h.id FROM {history} h WHERE {key_of_history} = {key_of_given} "
                   "ORDER BY h.id LIMIT given.count) AS oldest) AS surplus "
                   "WHERE gone.id = surplus.id RETURNING gone.job_id";
        case SqlStatement::remove_oldest:
            return "DELETE FROM {history} gone USING "
                   "(SELECT id FROM {history} ORDER BY id LIMIT $1::bigint) AS surplus "
                   "WHERE gone.id = surplus.id RETURNING gone.job_id";
        case SqlStatement::remove_ended:
            return "DELETE FROM {history} gone USING "
                   "(SELECT id, finished FROM {history} ORDER BY id LIMIT $1::bigint) AS oldest "
                   "WHERE gone.id = oldest.id AND oldest.finished < $2::bigint "
                   "RETURNING gone.job_id";
        default:
            return {};
    }
}

std::string_view text_about_store(SqlStatement statement) {
    switch (statement) {
        case SqlStatement::history_size:
            return "SELECT history_size FROM {store}";
        case SqlStatement::change_history_size:
            return "UPDATE {store} SET history_size = history_size + $1::bigint";
        case SqlStatement::reserve_generations:
            return "SELECT nextval({generations}::regclass) FROM generate_series(1, $1::bigint)";
        case SqlStatement::reserve_runs:
            return "SELECT nextval({run_ids}::regclass) FROM generate_series(1, $1::bigint)";
        default:
            return {};
    }
}

}  // namespace

std::string postgresql_statement(SqlStatement statement, const PostgresqlTables& tables) {
    for (const auto text_about : {text_about_jobs, text_about_progress, text_of_lookup,
                                  text_about_runs, text_about_history, text_about_store}) {
        const std::string_view text = text_about(statement);
        if (!text.empty()) return fill_in(text, tables);
    }
    return {};
}

}  // namespace punctual::detail
