#include "stores/sqlite/schema.hpp"

#include <fmt/format.h>
#include <array>

#include "log/log.hpp"
#include "stores/scheduler_owner.hpp"

namespace punctual::detail {

namespace {

constexpr std::int64_t application_id = 0x50756e63;  // "Punc", as `file` shows it

// Times are microseconds since 1970; 9223372036854775807 is "never". What changes at each run is
// apart from what a job is, so that a run does not write arguments of a megabyte again. Runs that
// have no outcome yet are apart from those that have: the first table stays small, the second
// grows at its end only, and neither needs an index on a state. Ids are taken from the table
// `store`, so that none is ever used twice, also when the newest row has gone.
constexpr std::string_view first_version = R"(
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

// What the second version, the third, … has beside the one before it.
constexpr std::array<std::string_view, 1> steps = {R"(
CREATE TABLE {prefix}nodes (
    owner TEXT PRIMARY KEY,            -- host, process, …
    opened_at INTEGER NOT NULL,
    lease_until INTEGER                -- null: as long as it holds the lock of the store
) STRICT;
)"};

constexpr std::int64_t schema_version = 1 + static_cast<std::int64_t>(steps.size());

// Where the header of the database is not ours.
constexpr std::string_view of_whose_tables = R"(
    application TEXT NOT NULL DEFAULT 'punctual',
    schema_version INTEGER NOT NULL DEFAULT 1,)";

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

// Where the version of our tables is: in the header of a database that is ours.
std::int64_t read_version(SqliteDatabase& database, const SqliteTables& tables) {
    return database.query_integer(
        tables.prefix.empty() ? "PRAGMA user_version"
                              : fmt::format("SELECT schema_version FROM {}", tables["store"]));
}

void write_version(SqliteDatabase& database, const SqliteTables& tables) {
    database.execute(tables.prefix.empty() ? fmt::format("PRAGMA user_version = {}", schema_version)
                                           : fmt::format("UPDATE {} SET schema_version = {}",
                                                         tables["store"], schema_version));
}

SchemaState examine_whole_database(SqliteDatabase& database) {
    const std::int64_t version = database.query_integer("PRAGMA user_version");
    const std::int64_t application = database.query_integer("PRAGMA application_id");
    if (application == 0) {
        const std::string table = first_table(database);
        if (table.empty() && version == 0) return SchemaState::missing;
        throw_foreign_database(
            database, table.empty() ? "it has a version" : fmt::format("it has \"{}\"", table));
    }
    if (application != application_id) {
        throw_foreign_database(database, fmt::format("application id {}", application));
    }
    return judge_schema_version(database.name(), version, schema_version);
}

// The first of our names that is there; the table "store" before the others.
std::string find_table(SqliteDatabase& database, const SqliteTables& tables) {
    return database.query_text(fmt::format(
        "SELECT name FROM sqlite_master WHERE name IN ('{0}store', '{0}jobs', '{0}definitions', "
        "'{0}runs', '{0}history', '{0}nodes') ORDER BY name <> '{0}store' LIMIT 1",
        tables.prefix));
}

SchemaState examine_tables(SqliteDatabase& database, const SqliteTables& tables) {
    const std::string table = find_table(database, tables);
    if (table.empty()) return SchemaState::missing;
    const bool has_our_columns = table == tables.plain("store") &&
                                 database.query_integer(fmt::format(
                                     "SELECT count(*) FROM pragma_table_info('{}') WHERE name IN "
                                     "('application', 'schema_version', 'history_size')",
                                     table)) == 3;
    if (!has_our_columns || database.query_text(fmt::format("SELECT application FROM {}",
                                                            tables["store"])) != "punctual") {
        throw_foreign_table(database, table);
    }
    return judge_schema_version(database.name(), read_version(database, tables), schema_version);
}

template <class Action>
void in_transaction(SqliteDatabase& database, Action action) {
    database.execute("BEGIN IMMEDIATE");
    try {
        action();
        database.execute("COMMIT");
    } catch (...) {
        database.roll_back();
        throw;
    }
}

// A host may have any name.
std::string quoted_owner() {
    std::string quoted = "'";
    for (const char byte : make_scheduler_owner()) {
        quoted += byte == '\'' ? "''" : std::string(1, byte);
    }
    return quoted + "'";
}

void create_first_version(SqliteDatabase& database, const SqliteTables& tables) {
    const bool has_header = tables.prefix.empty();
    database.execute(fmt::format(
        fmt::runtime(first_version), fmt::arg("prefix", tables.prefix),
        fmt::arg("of_whose_tables", has_header ? std::string_view() : of_whose_tables)));
    if (has_header) database.execute(fmt::format("PRAGMA application_id = {}", application_id));
}

}  // namespace

SchemaState examine_sqlite_schema(SqliteDatabase& database, const SqliteTables& tables) {
    const SchemaState state =
        tables.prefix.empty() ? examine_whole_database(database) : examine_tables(database, tables);
    if (state == SchemaState::outdated &&
        database.query_integer(fmt::format("SELECT count(*) FROM sqlite_master WHERE name = '{}'",
                                           tables.plain("nodes"))) > 0) {
        throw_foreign_table(database, tables.plain("nodes"));
    }
    if (state != SchemaState::missing &&
        database.query_integer(fmt::format("SELECT count(*) FROM {}", tables["store"])) == 0) {
        throw StoreError(fmt::format("{} is damaged: its table \"{}\" is empty", database.name(),
                                     tables.plain("store")));
    }
    return state;
}

void update_sqlite_schema(SqliteDatabase& database, const SqliteTables& tables) {
    std::int64_t found = schema_version;
    in_transaction(database, [&] {
        const SchemaState state = examine_sqlite_schema(database, tables);
        if (state == SchemaState::missing) create_first_version(database, tables);
        found = state == SchemaState::missing ? 1 : read_version(database, tables);
        for (std::int64_t next = found; next < schema_version; ++next) {
            database.execute(fmt::format(fmt::runtime(steps[static_cast<std::size_t>(next - 1)]),
                                         fmt::arg("prefix", tables.prefix)));
        }
        write_version(database, tables);
        if (state == SchemaState::missing) found = schema_version;
    });
    if (found < schema_version) {
        log_info(fmt::format("{} was brought from schema {} to {}", database.name(), found,
                             schema_version));
    }
}

void record_sqlite_node(SqliteDatabase& database, const SqliteTables& tables) {
    in_transaction(database, [&] {
        database.execute(fmt::format("DELETE FROM {}", tables["nodes"]));
        database.execute(
            fmt::format("INSERT INTO {} (owner, opened_at) VALUES ({}, "
                        "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER))",
                        tables["nodes"], quoted_owner()));
    });
}

bool is_empty(SqliteDatabase& database) {
    return first_table(database).empty() && database.query_integer("PRAGMA user_version") == 0 &&
           database.query_integer("PRAGMA application_id") == 0;
}

}  // namespace punctual::detail
