#include "stores/sqlite/session.hpp"

namespace punctual::detail {

SqliteSession::SqliteSession(std::unique_ptr<SqliteDatabase> connection)
    : database(std::move(connection)),
      jobs(*database),
      runs(*database),
      history(*database),
      select_counters(*database, "SELECT next_generation, next_run, history_size FROM store"),
      update_counters(*database,
                      "UPDATE store SET next_generation = ?, next_run = ?, history_size = ?") {}

SqliteCounters SqliteSession::read_counters() {
    SqliteRows rows = select_counters.query();
    if (!rows.next()) {
        throw StoreError(database->name() + " is damaged: its table \"store\" is empty");
    }
    return {.next_generation = rows.integer(0),
            .next_run = rows.integer(1),
            .history_size = rows.integer(2)};
}

void SqliteSession::write_counters(const SqliteCounters& counters) {
    update_counters.run(counters.next_generation, counters.next_run, counters.history_size);
}

SqliteWork::SqliteWork(SqliteSession& used_session)
    : session(used_session), transaction_(*used_session.database) {
    counters = counters_before_ = session.read_counters();
}

SqliteWork::~SqliteWork() {
    if (!committed_) session.jobs.forget_what_was_read();
}

void SqliteWork::commit() {
    if (counters != counters_before_) session.write_counters(counters);
    transaction_.commit();
    committed_ = true;
}

}  // namespace punctual::detail
