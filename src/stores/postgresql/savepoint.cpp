#include "stores/postgresql/savepoint.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include "stores/postgresql/statements.hpp"

namespace punctual::detail {

void PostgresqlSavepoint::send(SqlStatement statement, const SqlParameters& parameters) {
    parameters_.encode(parameters);
    PostgresqlResult result(PQexecParams(handle_, postgresql_statement(statement, tables_).c_str(),
                                         parameters_.count(), nullptr, parameters_.values(),
                                         parameters_.lengths(), parameters_.formats(), 1));
    check_postgresql_result(result.get(), handle_, name_);
    answers_.push_back(std::move(result));
}

SqlRows PostgresqlSavepoint::receive() {
    SqlRows rows(std::make_unique<PostgresqlRows>(std::move(answers_.front())));
    answers_.pop_front();
    return rows;
}

void PostgresqlSavepoint::begin() {
    require_transaction();
    execute("SAVEPOINT punctual");
    try {
        require_our_database();
    } catch (...) {
        rollback();
        throw;
    }
}

void PostgresqlSavepoint::commit() {
    answers_.clear();
    execute("RELEASE SAVEPOINT punctual");
}

void PostgresqlSavepoint::rollback() noexcept {
    answers_.clear();
    // Where that fails the connection is lost, or the transaction can only be rolled back: the
    // caller will see either.
    for (const char* sql : {"ROLLBACK TO SAVEPOINT punctual", "RELEASE SAVEPOINT punctual"}) {
        const PostgresqlResult ignored(PQexec(handle_, sql));
    }
}

void PostgresqlSavepoint::require_transaction() const {
    const auto refuse = [this](std::string_view reason) {
        throw TransactionError(fmt::format("{}: {}", name_, reason));
    };
    if (PQstatus(handle_) != CONNECTION_OK) refuse("the connection of the transaction is lost");
    if (PQpipelineStatus(handle_) != PQ_PIPELINE_OFF) {
        refuse("the connection of the transaction is in pipeline mode: leave that before");
    }
    switch (PQtransactionStatus(handle_)) {
        case PQTRANS_INTRANS:
            break;
        case PQTRANS_INERROR:
            refuse("the transaction has failed: it can only be rolled back");
            break;
        case PQTRANS_IDLE:
            refuse("the connection has no transaction under way: BEGIN comes before");
            break;
        default:
            refuse("the connection of the transaction is busy with a statement");
    }
    const char* encoding = PQparameterStatus(handle_, "client_encoding");
    if (encoding == nullptr || std::string_view(encoding) != "UTF8") {
        refuse(
            fmt::format("the connection of the transaction has the client encoding {}: jobs "
                        "need UTF8",
                        encoding == nullptr ? "unknown" : encoding));
    }
}

void PostgresqlSavepoint::require_our_database() {
    const PostgresqlResult found = execute(find_scheduler_.c_str());
    if (PQntuples(found.get()) == 1 && PQgetvalue(found.get(), 0, 0) == scheduler_) return;
    throw TransactionError(
        fmt::format("{}: the transaction is on another database (\"{}\"), or the scheduler has "
                    "lost its connection",
                    name_, PQdb(handle_)));
}

PostgresqlResult PostgresqlSavepoint::execute(const char* sql) {
    PostgresqlResult result(PQexec(handle_, sql));
    check_postgresql_result(result.get(), handle_, name_);
    return result;
}

}  // namespace punctual::detail
