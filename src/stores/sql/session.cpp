#include "stores/sql/session.hpp"

namespace punctual::detail {

SqlWork::SqlWork(SqlSession& used_session, const History& limits)
    : session(used_session),
      keeper(used_session.history, limits, used_session.history_size,
             used_session.history_looked_through) {
    session.connection->begin();
}

SqlWork::~SqlWork() {
    if (committed_) return;
    session.connection->rollback();
    session.jobs.forget_what_was_read();
    session.generations.undo();
    session.run_ids.undo();
}

void SqlWork::write_history(Instant now) {
    const std::size_t answers = keeper.send_records();
    keeper.send_trims(now);
    session.connection->receive_and_drop(answers);
    keeper.receive_trims();
}

void SqlWork::commit() {
    static_cast<void>(keeper.send_sizes());
    const std::int64_t difference = keeper.difference();
    if (difference != 0) session.connection->send(SqlStatement::change_history_size, {difference});
    session.connection->commit();
    committed_ = true;
    session.generations.keep();
    session.run_ids.keep();
    session.history_size += difference;
}

}  // namespace punctual::detail
