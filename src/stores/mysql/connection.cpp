#include "stores/mysql/connection.hpp"

#include <fmt/format.h>

#include "stores/mysql/errors.hpp"
#include "stores/mysql/statements.hpp"

namespace punctual::detail {

MysqlConnection::~MysqlConnection() {
    if (is_lost_) return;
    // The server may take a while to notice that a connection has ended, and who opens the store
    // next is to find it free.
    mysql_query(handle_.get(), "DO RELEASE_ALL_LOCKS()");
}

void MysqlConnection::execute(const std::string& sql) {
    if (mysql_real_query(handle_.get(), sql.data(), sql.size()) != 0) {
        fail(mysql_errno(handle_.get()), mysql_error(handle_.get()));
    }
}

std::vector<std::string> MysqlConnection::query_text(const std::string& sql) {
    execute(sql);
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(
        mysql_store_result(handle_.get()), mysql_free_result);
    if (result == nullptr) fail(mysql_errno(handle_.get()), mysql_error(handle_.get()));
    std::vector<std::string> columns;
    const MYSQL_ROW row = mysql_fetch_row(result.get());
    if (row == nullptr) return columns;
    const unsigned long* lengths = mysql_fetch_lengths(result.get());
    for (unsigned i = 0; i < mysql_num_fields(result.get()); ++i) {
        columns.emplace_back(row[i] == nullptr ? std::string() : std::string(row[i], lengths[i]));
    }
    return columns;
}

void MysqlConnection::prepare(const MysqlTables& tables, bool reads) {
    try {
        for (std::size_t i = 0; i < sql_statement_count; ++i) {
            const auto statement = static_cast<SqlStatement>(i);
            if (reads && !only_reads(statement)) continue;
            for (const std::string& text : mysql_statements(statement, tables)) {
                prepared_[i].emplace_back(handle_.get(), text);
            }
        }
    } catch (const MysqlFailure& failure) {
        fail(failure.code(), failure.what());
    }
}

void MysqlConnection::send(SqlStatement statement, const SqlParameters& parameters) {
    auto answer = std::make_unique<MysqlRows>();
    const MysqlRows* given = nullptr;
    try {
        for (MysqlPrepared& step : prepared_[static_cast<std::size_t>(statement)]) {
            step.execute(parameters, given, largest_packet_, *answer);
            given = answer.get();
        }
    } catch (const MysqlFailure& failure) {
        fail(failure.code(), failure.what());
    }
    answers_.push_back(std::move(answer));
}

SqlRows MysqlConnection::receive() {
    if (answers_.empty()) throw StoreError(name_ + ": there is no answer to receive");
    SqlRows rows(std::move(answers_.front()));
    answers_.pop_front();
    return rows;
}

void MysqlConnection::begin() {
    execute("START TRANSACTION");
}

void MysqlConnection::commit() {
    answers_.clear();
    execute("COMMIT");
}

void MysqlConnection::rollback() noexcept {
    answers_.clear();
    if (is_lost_) return;
    // A transaction whose connection ends is undone.
    if (mysql_query(handle_.get(), "ROLLBACK") != 0) is_lost_ = true;
}

void MysqlConnection::fail(unsigned code, const char* message) {
    // The message is the connection's, which the next statement may overwrite.
    const std::string text = message;
    answers_.clear();
    if (ends_mysql_connection(code)) is_lost_ = true;
    throw_mysql_error(name_, code, text);
}

}  // namespace punctual::detail
