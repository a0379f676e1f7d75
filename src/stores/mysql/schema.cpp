#include "stores/mysql/schema.hpp"

#include <fmt/format.h>

#include "stores/schema_version.hpp"
#include "stores/sql/id_blocks.hpp"

namespace punctual::detail {

namespace {

constexpr int schema_version = 1;

constexpr std::string_view format =
    "ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";

// Times are microseconds since 1970; 9223372036854775807 is "never". Ids and what jobs wrote are
// bytes; text is what this library wrote. What changes at each run is apart from what a job is, so
// that a run does not write arguments of a megabyte again. Runs that have no outcome yet are apart
// from those that have: the first table stays small, the second grows at its end only. Columns that
// the server fills in by itself are for indexes: keys have the length that an index can have, and
// `is_done` changes only when a job ends, not at each run.
constexpr std::string_view tables_text = R"(
CREATE TABLE IF NOT EXISTS {store} (
    application VARCHAR(32) NOT NULL,  -- 'punctual'
    schema_version INT NOT NULL,
    history_size BIGINT NOT NULL,      -- rows in history
    PRIMARY KEY (application)
) {format};
CREATE SEQUENCE IF NOT EXISTS {generations} INCREMENT BY {block} NOCACHE ENGINE=InnoDB;
CREATE SEQUENCE IF NOT EXISTS {run_ids} INCREMENT BY {block} NOCACHE ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS {jobs} (
    generation BIGINT NOT NULL PRIMARY KEY,
    id LONGBLOB NOT NULL,
    id_key VARBINARY(256) AS ({key_of_id}) STORED,
    version INT NOT NULL,
    executor VARBINARY(512) NOT NULL,
    state TINYINT NOT NULL,            -- 0 active, 1 paused, 2 ended
    next_run_time BIGINT NOT NULL,
    due BIGINT NOT NULL,
    last_run_time BIGINT NOT NULL,
    `rank` TINYINT NOT NULL,           -- 15 less the priority
    queued MEDIUMTEXT NOT NULL,        -- the runs that wait, as text
    running INT NOT NULL,
    history_size BIGINT NOT NULL,      -- rows in history of this id
    is_done TINYINT AS (IF(state = 2 AND running = 0 AND queued = '', 1, NULL)) STORED,
    UNIQUE KEY by_id (id_key),
    KEY by_due (executor, due, `rank`, generation),
    KEY by_next_run_time (next_run_time, generation),
    KEY by_is_done (is_done)
) {format};

CREATE TABLE IF NOT EXISTS {definitions} (
    generation BIGINT NOT NULL PRIMARY KEY,
    version INT NOT NULL,
    added_at BIGINT NOT NULL,
    task LONGTEXT NOT NULL,
    arguments LONGTEXT NOT NULL,
    `trigger` LONGTEXT NOT NULL,
    options LONGTEXT NOT NULL
) {format};

CREATE TABLE IF NOT EXISTS {runs} (
    id BIGINT NOT NULL PRIMARY KEY,
    generation BIGINT NOT NULL,
    job_id LONGBLOB NOT NULL,
    scheduled BIGINT NOT NULL,
    due BIGINT NOT NULL,
    attempt INT NOT NULL,
    group_id BIGINT NOT NULL,          -- the first run of its group
    started BIGINT,                    -- null: claimed, not started
    owner VARBINARY(256)               -- null: the one scheduler of these tables
) {format};

CREATE TABLE IF NOT EXISTS {history} (
    id BIGINT NOT NULL PRIMARY KEY,
    job_id LONGBLOB NOT NULL,
    job_key VARBINARY(256) AS ({key_of_job_id}) STORED,
    scheduled BIGINT NOT NULL,
    `until` BIGINT,                    -- null: as scheduled
    `count` BIGINT,                    -- null: 1
    due BIGINT NOT NULL,
    started BIGINT,
    finished BIGINT NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    attempt INT NOT NULL,
    reason LONGBLOB,
    output LONGBLOB,
    result LONGTEXT,                   -- JSON
    progress LONGBLOB,                 -- "0.5 copying"
    KEY by_job (job_key, id)
) {format};

INSERT INTO {store} SELECT 'punctual', {version}, COUNT(*) FROM {history};
)";

std::string fill_in(const MysqlTables& tables) {
    return fmt::format(
        tables_text, fmt::arg("version", schema_version),
        fmt::arg("block", SqlIdBlocks::block_size), fmt::arg("format", format),
        fmt::arg("store", tables["store"]), fmt::arg("generations", tables["generations"]),
        fmt::arg("run_ids", tables["run_ids"]), fmt::arg("jobs", tables["jobs"]),
        fmt::arg("definitions", tables["definitions"]), fmt::arg("runs", tables["runs"]),
        fmt::arg("history", tables["history"]), fmt::arg("key_of_id", mysql_key_of("id")),
        fmt::arg("key_of_job_id", mysql_key_of("job_id")));
}

[[noreturn]] void throw_foreign(const MysqlConnection& connection, const std::string& table) {
    throw StoreError(
        fmt::format("{} has a table \"{}\" of another program, it was left as it is: give the jobs "
                    "a ?prefix= of their own",
                    connection.name(), table));
}

// The first of our names that is there; the table "store" before the others.
std::string find_table(MysqlConnection& connection, const MysqlTables& tables) {
    std::string names;
    for (const char* name :
         {"store", "jobs", "definitions", "runs", "history", "generations", "run_ids"}) {
        names += (names.empty() ? "" : ", ") + quote_mysql_text(tables.plain(name));
    }
    const auto found = connection.query_text(fmt::format(
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
        "TABLE_NAME IN ({}) ORDER BY TABLE_NAME <> {} LIMIT 1",
        names, quote_mysql_text(tables.plain("store"))));
    return found.empty() ? std::string() : found[0];
}

bool has_our_columns(MysqlConnection& connection, const MysqlTables& tables) {
    return connection.query_text(fmt::format(
               "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
               "DATABASE() AND TABLE_NAME = {} AND "
               "COLUMN_NAME IN ('application', 'schema_version', 'history_size')",
               quote_mysql_text(tables.plain("store")))) == std::vector<std::string>{"3"};
}

}  // namespace

MysqlSchemaState examine_mysql_schema(MysqlConnection& connection, const MysqlTables& tables) {
    const std::string table = find_table(connection, tables);
    if (table.empty()) return MysqlSchemaState::missing;
    if (table != tables.plain("store") || !has_our_columns(connection, tables)) {
        throw_foreign(connection, table);
    }
    const auto row = connection.query_text(
        fmt::format("SELECT application, schema_version FROM {}", tables["store"]));
    // It is filled in when everything else is there.
    if (row.empty()) return MysqlSchemaState::missing;
    if (row[0] != "punctual") throw_foreign(connection, table);
    require_schema_version(connection.name(), std::stoll(row[1]), schema_version);
    return MysqlSchemaState::current;
}

void create_mysql_schema(MysqlConnection& connection, const MysqlTables& tables) {
    const std::string text = fill_in(tables);
    try {
        std::string_view rest = text;
        while (rest.find(';') != std::string_view::npos) {
            connection.execute(std::string(rest.substr(0, rest.find(';'))));
            rest.remove_prefix(rest.find(';') + 1);
        }
    } catch (const StoreUnavailableError&) {
        throw;
    } catch (const StoreError& error) {
        throw StoreError(
            fmt::format("{}; the tables of the store could not be made: give the user "
                        "the right to",
                        error.what()));
    }
}

}  // namespace punctual::detail
