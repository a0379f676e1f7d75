#include "stores/postgresql/schema.hpp"

#include <fmt/format.h>
#include <array>

#include "log/log.hpp"
#include "stores/scheduler_owner.hpp"
#include "stores/sql/id_blocks.hpp"

namespace punctual::detail {

namespace {

// Times are microseconds since 1970; 9223372036854775807 is "never". Ids and what jobs wrote are
// bytes; text is what this library wrote. What changes at each run is apart from what a job is, so
// that a run does not write arguments of a megabyte again. Runs that have no outcome yet are apart
// from those that have: the first table stays small, the second grows at its end only. Rows of jobs
// change at each run and those of runs come and go: they leave room for that, and are cleaned up
// sooner than the server would by itself.
constexpr std::string_view first_version = R"(
CREATE TABLE {store} (
    application text NOT NULL,         -- 'punctual'
    schema_version integer NOT NULL,
    history_size bigint NOT NULL       -- rows in history
);
INSERT INTO {store} VALUES ('punctual', 1, 0);
CREATE SEQUENCE {generations} INCREMENT BY {block};
CREATE SEQUENCE {run_ids} INCREMENT BY {block};

CREATE TABLE {jobs} (
    generation bigint PRIMARY KEY,
    id bytea NOT NULL,
    version integer NOT NULL,
    executor bytea NOT NULL,
    state smallint NOT NULL CHECK (state BETWEEN 0 AND 2),   -- active, paused, ended
    next_run_time bigint NOT NULL,
    due bigint NOT NULL,
    last_run_time bigint NOT NULL,
    rank smallint NOT NULL,            -- 15 less the priority
    queued text NOT NULL,              -- the runs that wait, as text
    running integer NOT NULL,
    history_size bigint NOT NULL       -- rows in history of this id
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE UNIQUE INDEX {jobs_by_id} ON {jobs} ({key_of_id});
CREATE INDEX {jobs_by_due} ON {jobs} (executor, due, rank, generation);
CREATE INDEX {jobs_by_next_run_time} ON {jobs} (next_run_time, generation);
CREATE INDEX {jobs_ended} ON {jobs} (generation) WHERE state = 2;

CREATE TABLE {definitions} (
    generation bigint PRIMARY KEY,
    version integer NOT NULL,
    added_at bigint NOT NULL,
    task text NOT NULL,
    arguments text NOT NULL,
    trigger text NOT NULL,
    options text NOT NULL
);

CREATE TABLE {runs} (
    id bigint PRIMARY KEY,
    generation bigint NOT NULL,
    job_id bytea NOT NULL,
    scheduled bigint NOT NULL,
    due bigint NOT NULL,
    attempt integer NOT NULL,
    group_id bigint NOT NULL,          -- the first run of its group
    started bigint,                    -- null: claimed, not started
    owner bytea                        -- null: the one scheduler of these tables
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE {history} (
    id bigint PRIMARY KEY,
    job_id bytea NOT NULL,
    scheduled bigint NOT NULL,
    until bigint,                      -- null: as scheduled
    count bigint,                      -- null: 1
    due bigint NOT NULL,
    started bigint,
    finished bigint NOT NULL,
    outcome text NOT NULL,
    attempt integer NOT NULL,
    reason bytea,
    output bytea,
    result text,                       -- JSON
    progress bytea                     -- "0.5 copying"
);
CREATE INDEX {history_by_job} ON {history} ({key_of_job_id}, id);
)";

// What the second version, the third, … has beside the one before it.
constexpr std::array<std::string_view, 1> steps = {R"(
CREATE TABLE {nodes} (
    owner text PRIMARY KEY,            -- host, process, …
    opened_at bigint NOT NULL,         -- by the clock of the server, as the next
    lease_until bigint                 -- null: as long as it holds the lock of the store
);
)"};

constexpr int schema_version = 1 + static_cast<int>(steps.size());

std::string fill_in(std::string_view text, const PostgresqlTables& tables) {
    const auto index = [&](std::string_view name) { return quote_name(tables.plain(name)); };
    return fmt::format(
        fmt::runtime(text), fmt::arg("block", SqlIdBlocks::block_size),
        fmt::arg("store", tables["store"]), fmt::arg("nodes", tables["nodes"]),
        fmt::arg("generations", tables["generations"]), fmt::arg("run_ids", tables["run_ids"]),
        fmt::arg("jobs", tables["jobs"]), fmt::arg("definitions", tables["definitions"]),
        fmt::arg("runs", tables["runs"]), fmt::arg("history", tables["history"]),
        fmt::arg("jobs_by_id", index("jobs_by_id")), fmt::arg("jobs_by_due", index("jobs_by_due")),
        fmt::arg("jobs_by_next_run_time", index("jobs_by_next_run_time")),
        fmt::arg("jobs_ended", index("jobs_ended")),
        fmt::arg("history_by_job", index("history_by_job")), fmt::arg("key_of_id", key_of("id")),
        fmt::arg("key_of_job_id", key_of("job_id")));
}

std::string steps_from(int version, const PostgresqlTables& tables) {
    std::string text;
    for (int next = version; next < schema_version; ++next) {
        text += fill_in(steps[static_cast<std::size_t>(next - 1)], tables);
    }
    return text +
           fmt::format("UPDATE {} SET schema_version = {};", tables["store"], schema_version);
}

int read_version(PostgresqlConnection& connection, const PostgresqlTables& tables) {
    return std::stoi(
        connection.query_text(fmt::format("SELECT schema_version FROM {}", tables["store"]))[0]);
}

// All of it or nothing.
void change_tables(PostgresqlConnection& connection, const PostgresqlTables& tables,
                   const std::string& statements, std::string_view change) {
    try {
        connection.execute("BEGIN;" + statements + "COMMIT;");
    } catch (const StoreUnavailableError&) {
        throw;
    } catch (const StoreError& error) {
        throw StoreError(
            fmt::format("{}; the tables of the store could not be {} in the schema "
                        "\"{}\": give the user the right to, or name another one with "
                        "?schema=",
                        error.what(), change, tables.schema));
    }
}

[[noreturn]] void throw_foreign(const PostgresqlConnection& connection,
                                const PostgresqlTables& tables, const std::string& table) {
    throw StoreError(fmt::format(
        "{} has a table \"{}\" of another program in the schema \"{}\", it was left as it is: give "
        "the jobs a ?schema= or ?prefix= of their own",
        connection.name(), table, tables.schema));
}

// The first of our names that is there; the table "store" before the others.
std::string find_relation(PostgresqlConnection& connection, const PostgresqlTables& tables) {
    std::string names;
    for (const char* name :
         {"store", "jobs", "definitions", "runs", "history", "generations", "run_ids", "nodes"}) {
        names += (names.empty() ? "" : ", ") + quote_text(tables.plain(name));
    }
    const auto found = connection.query_text(
        fmt::format("SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = "
                    "c.relnamespace WHERE n.nspname = {} AND c.relname IN ({}) "
                    "ORDER BY c.relname <> {} LIMIT 1",
                    quote_text(tables.schema), names, quote_text(tables.plain("store"))));
    return found.empty() ? std::string() : found[0];
}

bool has_our_columns(PostgresqlConnection& connection, const PostgresqlTables& tables) {
    return connection.query_text(
               fmt::format("SELECT count(*) FROM pg_attribute WHERE attrelid = {}::regclass AND "
                           "attname IN ('application', 'schema_version', 'history_size')",
                           quote_text(tables["store"]))) == std::vector<std::string>{"3"};
}

bool has_nodes(PostgresqlConnection& connection, const PostgresqlTables& tables) {
    const auto there =
        connection.query_text(fmt::format("SELECT to_regclass({})", quote_text(tables["nodes"])));
    return !there.empty() && !there[0].empty();
}

}  // namespace

PostgresqlTables find_tables(PostgresqlConnection& connection, const PostgresqlLocation& location) {
    if (!location.schema.empty()) return {location.schema, location.prefix};
    const auto schema = connection.query_text("SELECT current_schema()");
    if (!schema.empty() && !schema[0].empty()) return {schema[0], location.prefix};
    throw StoreError(fmt::format("{} gives its user no schema to use: name one with ?schema=",
                                 connection.name()));
}

SchemaState examine_postgresql_schema(PostgresqlConnection& connection,
                                      const PostgresqlTables& tables) {
    const std::string relation = find_relation(connection, tables);
    if (relation.empty()) return SchemaState::missing;
    if (relation != tables.plain("store") || !has_our_columns(connection, tables)) {
        throw_foreign(connection, tables, relation);
    }
    const auto row = connection.query_text(
        fmt::format("SELECT application, schema_version FROM {}", tables["store"]));
    if (row.empty()) {
        throw StoreError(
            fmt::format("{} is damaged: its table \"{}\" is empty", connection.name(), relation));
    }
    if (row[0] != "punctual") throw_foreign(connection, tables, relation);
    const SchemaState state =
        judge_schema_version(connection.name(), std::stoll(row[1]), schema_version);
    if (state == SchemaState::outdated && has_nodes(connection, tables)) {
        throw_foreign(connection, tables, tables.plain("nodes"));
    }
    return state;
}

void create_postgresql_schema(PostgresqlConnection& connection, const PostgresqlTables& tables) {
    const auto has_schema = connection.query_text(
        fmt::format("SELECT 1 FROM pg_namespace WHERE nspname = {}", quote_text(tables.schema)));
    std::string text;
    if (has_schema.empty()) text = fmt::format("CREATE SCHEMA {};", quote_name(tables.schema));
    text += fill_in(first_version, tables) + steps_from(1, tables);
    change_tables(connection, tables, text, "made");
}

void update_postgresql_schema(PostgresqlConnection& connection, const PostgresqlTables& tables) {
    const int version = read_version(connection, tables);
    change_tables(connection, tables, steps_from(version, tables), "brought up to date");
    log_info(fmt::format("{} was brought from schema {} to {}", connection.name(), version,
                         schema_version));
}

void record_postgresql_node(PostgresqlConnection& connection, const PostgresqlTables& tables) {
    connection.execute(
        fmt::format("WITH earlier AS (DELETE FROM {0}) INSERT INTO {0} (owner, opened_at) VALUES "
                    "({1}, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)",
                    tables["nodes"], quote_text(make_scheduler_owner())));
}

std::string find_postgresql_node(PostgresqlConnection& connection, const PostgresqlTables& tables) {
    if (!has_nodes(connection, tables)) return {};
    const auto row = connection.query_text(fmt::format("SELECT owner FROM {}", tables["nodes"]));
    return row.empty() ? std::string() : row[0];
}

}  // namespace punctual::detail
