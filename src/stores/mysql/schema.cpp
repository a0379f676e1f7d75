#include "stores/mysql/schema.hpp"

#include <fmt/format.h>
#include <array>

#include "log/log.hpp"
#include "stores/scheduler_owner.hpp"
#include "stores/sql/id_blocks.hpp"

namespace punctual::detail {

namespace {

constexpr std::string_view format =
    "ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";

// Times are microseconds since 1970; 9223372036854775807 is "never". Ids and what jobs wrote are
// bytes; text is what this library wrote. What changes at each run is apart from what a job is, so
// that a run does not write arguments of a megabyte again. Runs that have no outcome yet are apart
// from those that have: the first table stays small, the second grows at its end only. Columns that
// the server fills in by itself are for indexes: keys have the length that an index can have, and
// `is_done` changes only when a job ends, not at each run.
constexpr std::string_view first_version = R"(
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

INSERT INTO {store} SELECT 'punctual', 1, COUNT(*) FROM {history};
)";

// What the second version, the third, … has beside the one before it. A step may have been done in
// part.
constexpr std::array<std::string_view, 1> steps = {R"(
CREATE TABLE IF NOT EXISTS {nodes} (
    owner VARBINARY(512) NOT NULL PRIMARY KEY,  -- host, process, …
    opened_at BIGINT NOT NULL,         -- by the clock of the server, as the next
    lease_until BIGINT                 -- null: as long as it holds the lock of the store
) {format};
)"};

constexpr int schema_version = 1 + static_cast<int>(steps.size());

std::string fill_in(std::string_view text, const MysqlTables& tables) {
    return fmt::format(
        fmt::runtime(text), fmt::arg("nodes", tables["nodes"]),
        fmt::arg("block", SqlIdBlocks::block_size), fmt::arg("format", format),
        fmt::arg("store", tables["store"]), fmt::arg("generations", tables["generations"]),
        fmt::arg("run_ids", tables["run_ids"]), fmt::arg("jobs", tables["jobs"]),
        fmt::arg("definitions", tables["definitions"]), fmt::arg("runs", tables["runs"]),
        fmt::arg("history", tables["history"]), fmt::arg("key_of_id", mysql_key_of("id")),
        fmt::arg("key_of_job_id", mysql_key_of("job_id")));
}

int read_version(MysqlConnection& connection, const MysqlTables& tables) {
    return std::stoi(
        connection.query_text(fmt::format("SELECT schema_version FROM {}", tables["store"]))[0]);
}

void change_tables(MysqlConnection& connection, const std::string& statements,
                   std::string_view change) {
    try {
        std::string_view rest = statements;
        while (rest.find(';') != std::string_view::npos) {
            connection.execute(std::string(rest.substr(0, rest.find(';'))));
            rest.remove_prefix(rest.find(';') + 1);
        }
    } catch (const StoreUnavailableError&) {
        throw;
    } catch (const StoreError& error) {
        throw StoreError(
            fmt::format("{}; the tables of the store could not be {}: give the user "
                        "the right to",
                        error.what(), change));
    }
}

void take_steps(MysqlConnection& connection, const MysqlTables& tables, int version) {
    for (; version < schema_version; ++version) {
        std::string text = fill_in(steps[static_cast<std::size_t>(version - 1)], tables);
        text += fmt::format("UPDATE {} SET schema_version = {};", tables["store"], version + 1);
        change_tables(connection, text, "brought up to date");
    }
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
         {"store", "jobs", "definitions", "runs", "history", "generations", "run_ids", "nodes"}) {
        names += (names.empty() ? "" : ", ") + quote_mysql_text(tables.plain(name));
    }
    const auto found = connection.query_text(fmt::format(
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
        "TABLE_NAME IN ({}) ORDER BY TABLE_NAME <> {} LIMIT 1",
        names, quote_mysql_text(tables.plain("store"))));
    return found.empty() ? std::string() : found[0];
}

// How many columns the table has; 0 if it is not there, or not for this user.
int count_columns(MysqlConnection& connection, const std::string& table,
                  std::string_view condition = "TRUE") {
    return std::stoi(connection.query_text(
        fmt::format("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
                    "DATABASE() AND TABLE_NAME = {} AND {}",
                    quote_mysql_text(table), condition))[0]);
}

bool has_our_columns(MysqlConnection& connection, const MysqlTables& tables) {
    return count_columns(connection, tables.plain("store"),
                         "COLUMN_NAME IN ('application', 'schema_version', 'history_size')") == 3;
}

// What steps make is not looked for by its name alone: an interrupted one may have made it.
void refuse_foreign_nodes(MysqlConnection& connection, const MysqlTables& tables) {
    const std::string table = tables.plain("nodes");
    if (count_columns(connection, table) > 0 &&
        count_columns(connection, table, "COLUMN_NAME IN ('owner', 'opened_at', 'lease_until')") !=
            3) {
        throw_foreign(connection, table);
    }
}

}  // namespace

SchemaState examine_mysql_schema(MysqlConnection& connection, const MysqlTables& tables) {
    const std::string table = find_table(connection, tables);
    if (table.empty()) return SchemaState::missing;
    if (table != tables.plain("store") || !has_our_columns(connection, tables)) {
        throw_foreign(connection, table);
    }
    const auto row = connection.query_text(
        fmt::format("SELECT application, schema_version FROM {}", tables["store"]));
    refuse_foreign_nodes(connection, tables);
    // It is filled in when everything else is there.
    if (row.empty()) return SchemaState::missing;
    if (row[0] != "punctual") throw_foreign(connection, table);
    return judge_schema_version(connection.name(), std::stoll(row[1]), schema_version);
}

void create_mysql_schema(MysqlConnection& connection, const MysqlTables& tables) {
    change_tables(connection, fill_in(first_version, tables), "made");
    take_steps(connection, tables, 1);
}

void update_mysql_schema(MysqlConnection& connection, const MysqlTables& tables) {
    const int version = read_version(connection, tables);
    take_steps(connection, tables, version);
    log_info(fmt::format("{} was brought from schema {} to {}", connection.name(), version,
                         schema_version));
}

void record_mysql_node(MysqlConnection& connection, const MysqlTables& tables) {
    const std::string owner = quote_mysql_text(make_scheduler_owner());
    connection.execute(fmt::format(
        "INSERT INTO {} (owner, opened_at) VALUES ({}, UNIX_TIMESTAMP(NOW(6)) * 1000000)",
        tables["nodes"], owner));
    connection.execute(fmt::format("DELETE FROM {} WHERE owner <> {}", tables["nodes"], owner));
}

std::string find_mysql_node(MysqlConnection& connection, const MysqlTables& tables) {
    const auto there = connection.query_text(fmt::format(
        "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
        "TABLE_NAME = {}",
        quote_mysql_text(tables.plain("nodes"))));
    if (there != std::vector<std::string>{"1"}) return {};
    const auto row = connection.query_text(
        fmt::format("SELECT owner FROM {} ORDER BY opened_at DESC LIMIT 1", tables["nodes"]));
    return row.empty() ? std::string() : row[0];
}

}  // namespace punctual::detail
