#include "stores/mysql/backend.hpp"

#include <fmt/format.h>
#include <random>

#include "stores/mysql/schema.hpp"
#include "stores/sql/node_record.hpp"

namespace punctual::detail {

namespace {

// Locks are the whole server's, and their names have up to 64 characters.
std::string lock_name(const MysqlTables& tables) {
    return fmt::format("CONCAT('punctual ', LEFT(SHA2(CONCAT(DATABASE(), '.', {}), 256), 40))",
                       quote_mysql_text(tables.plain("store")));
}

bool try_lock(MysqlConnection& connection, const std::string& name, const char* seconds) {
    return connection.query_text(fmt::format("SELECT GET_LOCK({}, {})", name, seconds)) ==
           std::vector<std::string>{"1"};
}

// The number of the connection; empty if none has it.
std::string find_lock_holder(MysqlConnection& connection, const std::string& name) {
    return connection.query_text(fmt::format("SELECT IS_USED_LOCK({})", name)).at(0);
}

// A process that was killed a moment ago has its lock for as long as the server takes to notice.
constexpr const char* patience = "0.2";
constexpr const char* patience_after_kill = "5";

}  // namespace

MysqlBackend::MysqlBackend(MysqlLocation location)
    : location_(std::move(location)), tables_{location_.prefix} {
    std::random_device random;
    own_lock_ =
        fmt::format("'punctual {:08x}{:08x}{:08x}{:08x}'", random(), random(), random(), random());
}

std::unique_ptr<SqlConnection> MysqlBackend::connect_to_schedule() {
    auto connection = std::make_unique<MysqlConnection>(location_);
    // Before anything is made or changed: one scheduler at a time does that.
    take_scheduler_lock(*connection);
    const SchemaState state = examine_mysql_schema(*connection, tables_);
    if (state == SchemaState::missing) create_mysql_schema(*connection, tables_);
    if (state == SchemaState::outdated) update_mysql_schema(*connection, tables_);
    record_node(location_.describe(), [&] { record_mysql_node(*connection, tables_); });
    connection->prepare(tables_, false);
    was_connected_ = true;
    return connection;
}

void MysqlBackend::take_scheduler_lock(MysqlConnection& connection) {
    const std::string name = lock_name(tables_);
    if (!try_lock(connection, name, patience)) {
        const std::string holder = find_lock_holder(connection, name);
        const bool is_own = !holder.empty() && holder == find_lock_holder(connection, own_lock_);
        // The server has not noticed yet that the connection before this one is gone.
        if (is_own) connection.execute("KILL CONNECTION " + holder);
        if (!is_own || !try_lock(connection, name, patience_after_kill)) {
            const std::string text = fmt::format(
                "{} is in use by another scheduler ({}connection {} of the server)",
                location_.describe(),
                describe_node([&] { return find_mysql_node(connection, tables_); }), holder);
            if (was_connected_) throw StoreUnavailableError(text);
            throw StoreError(text);
        }
    }
    if (!try_lock(connection, own_lock_, patience_after_kill)) {
        throw StoreUnavailableError(location_.describe() + ": its connection before is not gone");
    }
}

std::unique_ptr<SqlConnection> MysqlBackend::connect_to_read() {
    return connect_to_look();
}

std::unique_ptr<SqlConnection> MysqlBackend::connect_to_inspect() {
    return connect_to_look();
}

std::unique_ptr<SqlConnection> MysqlBackend::connect_to_look() {
    auto connection = std::make_unique<MysqlConnection>(location_);
    connection->execute("SET SESSION TRANSACTION READ ONLY");
    require_current_schema(location_.describe(), examine_mysql_schema(*connection, tables_));
    connection->prepare(tables_, true);
    return connection;
}

}  // namespace punctual::detail
