#include "stores/sqlite/schema.hpp"

#include <fmt/format.h>

#include "stores/schema_version.hpp"

namespace punctual::detail {

namespace {

constexpr std::int64_t application_id = 0x50756e63;  // "Punc", as `file` shows it
constexpr std::int64_t schema_version = 1;

// Times are microseconds since 1970; 9223372036854775807 is "never". What changes at each run is
// apart from what a job is, so that a run does not write arguments of a megabyte again. Runs that
// have no outcome yet are apart from those that have: the first table stays small, the second
// grows at its end only, and neither needs an index on a state. Ids are taken from the table
// `store`, so that none is ever used twice, also when the newest row has gone.
constexpr std::string_view table_text = R"(
CREATE TABLE {prefix}store ({of_whose_tables}
    next_generation INTEGER NOT NULL,
    next_run INTEGER NOT NULL,
    history_size INTEGER NOT NULL      -- rows in history
) STRICT;
INSERT INTO {prefix}store (next_generation, next_run, history_size) VALUES (1, 1, 0);

CREATE TABLE {prefix}jobs (
    generation INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    executor TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),   -- active, paused, ended
    next_run_time INTEGER NOT NULL,
    due INTEGER NOT NULL,
    last_run_time INTEGER NOT NULL,
    rank INTEGER NOT NULL,             -- 15 less the priority
    queued TEXT NOT NULL,              -- the runs that wait, as text
    running INTEGER NOT NULL,
    history_size INTEGER NOT NULL      -- rows in history of this id
) STRICT;
CREATE INDEX {prefix}jobs_by_due ON {prefix}jobs (executor, due, rank)
    WHERE due < 9223372036854775807;
CREATE INDEX {prefix}jobs_by_next_run_time ON {prefix}jobs (next_run_time);
CREATE INDEX {prefix}jobs_ended ON {prefix}jobs (running) WHERE state = 2;

CREATE TABLE {prefix}definitions (
    generation INTEGER PRIMARY KEY,
    added_at INTEGER NOT NULL,
    task TEXT NOT NULL,
    arguments TEXT NOT NULL,
    trigger TEXT NOT NULL,
    options TEXT NOT NULL
) STRICT;

CREATE TABLE {prefix}runs (
    id INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL,
    job_id TEXT NOT NULL,
    scheduled INTEGER NOT NULL,
    due INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    group_id INTEGER NOT NULL,         -- the first run of its group
    started INTEGER,                   -- null: claimed, not started
    owner TEXT                         -- null: the one scheduler of this file
) STRICT;

CREATE TABLE {prefix}history (
    id INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL,
    scheduled INTEGER NOT NULL,
    until INTEGER,                     -- null: as scheduled
    count INTEGER,                     -- null: 1
    due INTEGER NOT NULL,
    started INTEGER,
    finished INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    reason TEXT,
    output TEXT,
    result TEXT,                       -- JSON
    progress TEXT                      -- "0.5 copying"
) STRICT;
CREATE INDEX {prefix}history_by_job ON {prefix}history (job_id);
)";

// Where the header of the database is not ours.
constexpr std::string_view of_whose_tables = R"(
    application TEXT NOT NULL DEFAULT 'punctual',
    schema_version INTEGER NOT NULL DEFAULT {},)";

[[noreturn]] void throw_foreign_database(const SqliteDatabase& database, const std::string& sign) {
    throw StoreError(
        fmt::format("{} is a database of another program ({}), it was left as it is: give the jobs "
                    "a file of their own, or a ?prefix= for tables beside those of that program",
                    database.name(), sign));
}

[[noreturn]] void throw_foreign_table(const SqliteDatabase& database, const std::string& table) {
    throw StoreError(
        fmt::format("{} has a table \"{}\" of another program, it was left as it is: give the jobs "
                    "another ?prefix=",
                    database.name(), table));
}

std::string first_table(SqliteDatabase& database) {
    return database.query_text("SELECT name FROM sqlite_master ORDER BY rowid LIMIT 1");
}

SqliteSchemaState examine_whole_database(SqliteDatabase& database) {
    const std::int64_t version = database.query_integer("PRAGMA user_version");
    const std::int64_t application = database.query_integer("PRAGMA application_id");
    if (application == 0) {
        const std::string table = first_table(database);
        if (table.empty() && version == 0) return SqliteSchemaState::missing;
        throw_foreign_database(
            database, table.empty() ? "it has a version" : fmt::format("it has \"{}\"", table));
    }
    if (application != application_id) {
        throw_foreign_database(database, fmt::format("application id {}", application));
    }
    require_schema_version(database.name(), version, schema_version);
    return SqliteSchemaState::current;
}

// The first of our names that is there; the table "store" before the others.
std::string find_table(SqliteDatabase& database, const SqliteTables& tables) {
    return database.query_text(fmt::format(
        "SELECT name FROM sqlite_master WHERE name IN ('{0}store', '{0}jobs', '{0}definitions', "
        "'{0}runs', '{0}history') ORDER BY name <> '{0}store' LIMIT 1",
        tables.prefix));
}

SqliteSchemaState examine_tables(SqliteDatabase& database, const SqliteTables& tables) {
    const std::string table = find_table(database, tables);
    if (table.empty()) return SqliteSchemaState::missing;
    const bool has_our_columns = table == tables.plain("store") &&
                                 database.query_integer(fmt::format(
                                     "SELECT count(*) FROM pragma_table_info('{}') WHERE name IN "
                                     "('application', 'schema_version', 'history_size')",
                                     table)) == 3;
    if (!has_our_columns || database.query_text(fmt::format("SELECT application FROM {}",
                                                            tables["store"])) != "punctual") {
        throw_foreign_table(database, table);
    }
    const std::int64_t version =
        database.query_integer(fmt::format("SELECT schema_version FROM {}", tables["store"]));
    require_schema_version(database.name(), version, schema_version);
    return SqliteSchemaState::current;
}

}  // namespace

SqliteSchemaState examine_sqlite_schema(SqliteDatabase& database, const SqliteTables& tables) {
    const SqliteSchemaState state =
        tables.prefix.empty() ? examine_whole_database(database) : examine_tables(database, tables);
    if (state == SqliteSchemaState::current &&
        database.query_integer(fmt::format("SELECT count(*) FROM {}", tables["store"])) == 0) {
        throw StoreError(fmt::format("{} is damaged: its table \"{}\" is empty", database.name(),
                                     tables.plain("store")));
    }
    return state;
}

void create_sqlite_schema(SqliteDatabase& database, const SqliteTables& tables) {
    const bool has_header = tables.prefix.empty();
    database.execute("BEGIN IMMEDIATE");
    try {
        if (examine_sqlite_schema(database, tables) == SqliteSchemaState::missing) {
            const std::string whose =
                has_header ? std::string()
                           : fmt::format(fmt::runtime(of_whose_tables), schema_version);
            database.execute(fmt::format(fmt::runtime(table_text),
                                         fmt::arg("prefix", tables.prefix),
                                         fmt::arg("of_whose_tables", whose)));
            if (has_header) {
                database.execute(fmt::format("PRAGMA application_id = {}", application_id));
                database.execute(fmt::format("PRAGMA user_version = {}", schema_version));
            }
        }
        database.execute("COMMIT");
    } catch (...) {
        database.roll_back();
        throw;
    }
}

bool is_empty(SqliteDatabase& database) {
    return first_table(database).empty() && database.query_integer("PRAGMA user_version") == 0 &&
           database.query_integer("PRAGMA application_id") == 0;
}

}  // namespace punctual::detail
