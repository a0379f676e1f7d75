#include "stores/postgresql/backend.hpp"

#include <fmt/format.h>
#include <chrono>
#include <thread>

#include "stores/postgresql/savepoint.hpp"
#include "stores/postgresql/schema.hpp"
#include "stores/sql/node_record.hpp"

namespace punctual::detail {

namespace {

// A number for the lock of a store's scheduler; the server has such locks for each database.
std::string lock_key(const PostgresqlTables& tables) {
    return fmt::format("hashtextextended({}, 0)",
                       quote_text(fmt::format("punctual {}", tables["store"])));
}

// The process and what tells it from a later one of its number.
constexpr std::string_view process_and_start =
    "a.pid || ' since ' || to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS.US')";

// The holder of the lock: `columns` of pg_locks l and pg_stat_activity a.
std::string lock_holder_query(std::string_view columns, const std::string& key) {
    return fmt::format(
        "SELECT {} FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = "
        "(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) AND "
        "(l.classid::bigint << 32 | l.objid::bigint) = {} LIMIT 1",
        columns, key);
}

std::string find_lock_holder(PostgresqlConnection& connection, const std::string& key) {
    const auto row = connection.query_text(lock_holder_query(process_and_start, key));
    return row.empty() ? std::string() : row[0];
}

// The server takes a moment to notice that the connection of a scheduler before this one, which
// closed or was killed, has ended.
constexpr int lock_attempts = 50;
constexpr auto lock_pause = std::chrono::milliseconds(40);

bool try_lock(PostgresqlConnection& connection, const std::string& key) {
    const std::string sql = fmt::format("SELECT pg_try_advisory_lock({})", key);
    for (int attempt = 1;; ++attempt) {
        if (connection.query_text(sql) == std::vector<std::string>{"t"}) return true;
        if (attempt == lock_attempts) return false;
        std::this_thread::sleep_for(lock_pause);
    }
}

}  // namespace

std::unique_ptr<SqlConnection> PostgresqlBackend::connect_to_schedule() {
    auto connection = std::make_unique<PostgresqlConnection>(location_);
    const PostgresqlTables tables = find_tables(*connection, location_);
    // Before anything is made or changed: one scheduler at a time does that.
    take_scheduler_lock(*connection, tables);
    const SchemaState state = examine_postgresql_schema(*connection, tables);
    if (state == SchemaState::missing) create_postgresql_schema(*connection, tables);
    if (state == SchemaState::outdated) update_postgresql_schema(*connection, tables);
    record_node(location_.describe(), [&] { record_postgresql_node(*connection, tables); });
    connection->prepare(tables, false);
    tables_ = tables;
    return connection;
}

void PostgresqlBackend::take_scheduler_lock(PostgresqlConnection& connection,
                                            const PostgresqlTables& tables) {
    const std::string key = lock_key(tables);
    end_lost_connection(connection, key);
    if (!try_lock(connection, key)) {
        const std::string text = fmt::format(
            "{} is in use by another scheduler ({}server process {})", location_.describe(),
            describe_node([&] { return find_postgresql_node(connection, tables); }),
            find_lock_holder(connection, key));
        if (lock_holder_.empty()) throw StoreError(text);
        throw StoreUnavailableError(text + " since the connection to it was lost");
    }
    const auto own = connection.query_text(fmt::format(
        "SELECT {} FROM pg_stat_activity a WHERE a.pid = pg_backend_pid()", process_and_start));
    lock_holder_ = own.empty() ? "unknown" : own[0];
}

// Where the network failed, the server may not notice for hours that the connection before this one
// is gone, and keeps the lock for it.
void PostgresqlBackend::end_lost_connection(PostgresqlConnection& connection,
                                            const std::string& key) {
    if (lock_holder_.empty() || find_lock_holder(connection, key) != lock_holder_) return;
    static_cast<void>(connection.query_text(fmt::format(
        "SELECT pg_terminate_backend({})", lock_holder_.substr(0, lock_holder_.find(' ')))));
}

std::unique_ptr<SqlConnection> PostgresqlBackend::connect_to_read() {
    return connect_to_look();
}

std::unique_ptr<SqlConnection> PostgresqlBackend::connect_to_inspect() {
    return connect_to_look();
}

std::unique_ptr<SqlConnection> PostgresqlBackend::connect_to_look() {
    auto connection = std::make_unique<PostgresqlConnection>(location_);
    connection->execute("SET default_transaction_read_only = on");
    const PostgresqlTables tables = find_tables(*connection, location_);
    require_current_schema(location_.describe(), examine_postgresql_schema(*connection, tables));
    connection->prepare(tables, true);
    return connection;
}

// That the scheduler holds its lock there tells a database from all others, whatever ways lead to
// it. When the process began is not shown to every user.
std::unique_ptr<SqlConnection> PostgresqlBackend::join(const Transaction& transaction) {
    require_client(transaction, "postgresql", location_.describe());
    return std::make_unique<PostgresqlSavepoint>(static_cast<pg_conn*>(transaction.connection()),
                                                 location_.describe(), tables_,
                                                 lock_holder_query("l.pid", lock_key(tables_)),
                                                 lock_holder_.substr(0, lock_holder_.find(' ')));
}

}  // namespace punctual::detail
