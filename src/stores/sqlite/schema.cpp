#include "stores/sqlite/schema.hpp"

#include <fmt/format.h>

namespace punctual::detail {

namespace {

constexpr std::int64_t application_id = 0x50756e63;  // "Punc", as `file` shows it
constexpr std::int64_t schema_version = 1;

// Times are microseconds since 1970; 9223372036854775807 is "never". What changes at each run is
// apart from what a job is, so that a run does not write arguments of a megabyte again. Runs that
// have no outcome yet are apart from those that have: the first table stays small, the second
// grows at its end only, and neither needs an index on a state. Ids are taken from the table
// `store`, so that none is ever used twice, also when the newest row has gone.
constexpr const char* tables = R"(
CREATE TABLE store (
    next_generation INTEGER NOT NULL,
    next_run INTEGER NOT NULL,
    history_size INTEGER NOT NULL      -- rows in history
) STRICT;
INSERT INTO store VALUES (1, 1, 0);

CREATE TABLE jobs (
    generation INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    executor TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),   -- active, paused, ended
    next_run_time INTEGER NOT NULL,
    due INTEGER NOT NULL,
    last_run_time INTEGER NOT NULL,
    running INTEGER NOT NULL,
    history_size INTEGER NOT NULL      -- rows in history of this id
) STRICT;
CREATE INDEX jobs_by_due ON jobs (executor, due) WHERE due < 9223372036854775807;
CREATE INDEX jobs_by_next_run_time ON jobs (next_run_time);
CREATE INDEX jobs_ended ON jobs (running) WHERE state = 2;

CREATE TABLE definitions (
    generation INTEGER PRIMARY KEY,
    added_at INTEGER NOT NULL,
    task TEXT NOT NULL,
    arguments TEXT NOT NULL,
    trigger TEXT NOT NULL,
    options TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
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

CREATE TABLE history (
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
    result TEXT                        -- JSON
) STRICT;
CREATE INDEX history_by_job ON history (job_id);
)";

SchemaState examine_foreign(SqliteDatabase& database, std::int64_t version) {
    const std::string table =
        database.query_text("SELECT name FROM sqlite_master ORDER BY rowid LIMIT 1");
    if (table.empty() && version == 0) return SchemaState::empty;
    throw StoreError(
        fmt::format("{} is a database of another program (it has {}), it was left as it is: give "
                    "the jobs a file of their own",
                    database.name(), table.empty() ? "a version" : "\"" + table + "\""));
}

}  // namespace

SchemaState examine_schema(SqliteDatabase& database) {
    const std::int64_t version = database.query_integer("PRAGMA user_version");
    const std::int64_t application = database.query_integer("PRAGMA application_id");
    if (application == 0) return examine_foreign(database, version);
    if (application != application_id) {
        throw StoreError(fmt::format(
            "{} is a database of another program (application id {}), it was left as it is: give "
            "the jobs a file of their own",
            database.name(), application));
    }
    if (version > schema_version) {
        throw StoreError(
            fmt::format("{} was written by a newer version (its schema is {}, this one knows {}): "
                        "update this program",
                        database.name(), version, schema_version));
    }
    return SchemaState::current;
}

void create_schema(SqliteDatabase& database) {
    SqliteTransaction transaction(database);
    if (examine_schema(database) == SchemaState::empty) {
        database.execute(tables);
        database.execute(fmt::format("PRAGMA application_id = {}", application_id));
        database.execute(fmt::format("PRAGMA user_version = {}", schema_version));
    }
    transaction.commit();
}

}  // namespace punctual::detail
