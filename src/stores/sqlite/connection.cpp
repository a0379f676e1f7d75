#include "stores/sqlite/connection.hpp"

#include "stores/sqlite/statements.hpp"

namespace punctual::detail {

void SqliteConnection::send(SqlStatement statement, const SqlParameters& parameters) {
    std::optional<SqlitePrepared>& prepared = prepared_[static_cast<std::size_t>(statement)];
    if (!prepared) prepared.emplace(*database_, sqlite_statement(statement, tables_));
    auto answer = std::make_unique<SqlKeptRows>();
    try {
        prepared->execute(parameters, *answer);
    } catch (...) {
        answers_.clear();
        throw;
    }
    answers_.push_back(std::move(answer));
}

SqlRows SqliteConnection::receive() {
    SqlRows rows(std::move(answers_.front()));
    answers_.pop_front();
    return rows;
}

void SqliteConnection::begin() {
    database_->execute("BEGIN IMMEDIATE");
}

void SqliteConnection::commit() {
    answers_.clear();
    database_->execute("COMMIT");
}

void SqliteConnection::rollback() noexcept {
    answers_.clear();
    database_->roll_back();
}

}  // namespace punctual::detail
