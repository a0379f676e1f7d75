#include "stores/postgresql/connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <array>
#include <cerrno>

#include <poll.h>

#include "stores/postgresql/errors.hpp"
#include "stores/postgresql/statements.hpp"

namespace punctual::detail {

namespace {

// Names of prepared statements are their numbers.
using StatementName = std::array<char, 8>;

StatementName name_of(SqlStatement statement) {
    StatementName name{};
    fmt::format_to_n(name.data(), name.size() - 1, "s{}", static_cast<int>(statement));
    return name;
}

}  // namespace

PostgresqlConnection::~PostgresqlConnection() {
    PQfinish(handle_);
}

void PostgresqlConnection::execute(const std::string& sql) {
    static_cast<void>(run_text(sql));
}

std::vector<std::string> PostgresqlConnection::query_text(const std::string& sql) {
    const PostgresqlResult result = run_text(sql);
    std::vector<std::string> columns;
    if (PQntuples(result.get()) == 0) return columns;
    for (int i = 0; i < PQnfields(result.get()); ++i) {
        columns.emplace_back(PQgetvalue(result.get(), 0, i));
    }
    return columns;
}

PostgresqlResult PostgresqlConnection::run_text(const std::string& sql) {
    require_sent(PQsendQuery(handle_, sql.c_str()));
    await_answer();
    PostgresqlResult result(PQgetResult(handle_));
    // One for each statement in it: the last one counts, and the first that failed.
    for (await_answer(); PQstatus(handle_) == CONNECTION_OK; await_answer()) {
        PostgresqlResult next(PQgetResult(handle_));
        if (next == nullptr) break;
        if (is_success(result.get())) result = std::move(next);
    }
    check(result.get());
    return result;
}

// libpq itself waits without end for a server that has the connection open and takes nothing, or
// says nothing. What was sent leaves together with the waiting: the server may wait for this side
// to read before it goes on to read itself.
void PostgresqlConnection::await_answer() {
    const int longest = static_cast<int>(std::chrono::milliseconds(answer_timeout_).count());
    while (true) {
        const int unsent = PQflush(handle_);
        // What is wrong comes with the answer.
        if (unsent < 0 || (unsent == 0 && PQisBusy(handle_) == 0)) return;
        const auto events = static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN);
        pollfd socket{.fd = PQsocket(handle_), .events = events, .revents = 0};
        const int ready = poll(&socket, 1, longest);
        if (ready == 0) {
            is_lost_ = true;
            throw StoreUnavailableError(fmt::format("{}: the server did not answer within {} s",
                                                    name_, answer_timeout_.count()));
        }
        if (ready < 0 && errno == EINTR) continue;
        const bool has_input = (socket.revents & ~POLLOUT) != 0;
        if (ready < 0 || (has_input && PQconsumeInput(handle_) != 1)) return;
    }
}

int PostgresqlConnection::server_version() const {
    return PQserverVersion(handle_);
}

int PostgresqlConnection::process() const {
    return PQbackendPID(handle_);
}

bool PostgresqlConnection::is_usable() const {
    return !is_lost_ && PQstatus(handle_) == CONNECTION_OK;
}

void PostgresqlConnection::prepare(const PostgresqlTables& tables, bool reads) {
    if (PQenterPipelineMode(handle_) != 1) throw StoreUnavailableError(name_ + " is busy");
    for (std::size_t i = 0; i < sql_statement_count; ++i) {
        const auto statement = static_cast<SqlStatement>(i);
        if (reads && !only_reads(statement)) continue;
        const std::string text = postgresql_statement(statement, tables);
        require_sent(PQsendPrepare(handle_, name_of(statement).data(), text.c_str(), 0, nullptr));
        awaited_.push_back(Awaited::rows);
    }
    receive_and_drop(awaited_.size());
}

void PostgresqlConnection::send(SqlStatement statement, const SqlParameters& parameters) {
    parameters_.encode(parameters);
    require_sent(PQsendQueryPrepared(handle_, name_of(statement).data(), parameters_.count(),
                                     parameters_.values(), parameters_.lengths(),
                                     parameters_.formats(), 1));
    awaited_.push_back(Awaited::rows);
}

void PostgresqlConnection::send_word(const char* word) {
    require_sent(PQsendQueryParams(handle_, word, 0, nullptr, nullptr, nullptr, nullptr, 1));
    awaited_.push_back(Awaited::done);
}

void PostgresqlConnection::begin() {
    send_word("BEGIN");
}

void PostgresqlConnection::commit() {
    send_word("COMMIT");
    synchronise();
    while (!awaited_.empty()) {
        const PostgresqlResult result = take_next();
        if (result != nullptr && !is_success(result.get())) {
            fail_and_drain(result.get());
        }
    }
}

void PostgresqlConnection::rollback() noexcept {
    try {
        drain();
        if (!is_usable()) return;
        send_word("ROLLBACK");
        drain();
    } catch (const StoreError&) {
        // A transaction whose connection ends is undone.
        is_lost_ = true;
    }
}

SqlRows PostgresqlConnection::receive() {
    // The server keeps answers back until it is asked to come up with what was sent.
    if (awaited_.back() != Awaited::synced) synchronise();
    while (true) {
        const Awaited kind = awaited_.front();
        PostgresqlResult result = take_next();
        if (result != nullptr && !is_success(result.get())) {
            fail_and_drain(result.get());
        }
        if (kind == Awaited::rows)
            return SqlRows(std::make_unique<PostgresqlRows>(std::move(result)));
    }
}

void PostgresqlConnection::synchronise() {
    require_sent(PQpipelineSync(handle_));
    awaited_.push_back(Awaited::synced);
}

PostgresqlResult PostgresqlConnection::take_next() {
    const Awaited kind = awaited_.front();
    awaited_.pop_front();
    await_answer();
    PostgresqlResult result(PQgetResult(handle_));
    if (result == nullptr) {
        is_lost_ = true;
        throw_postgresql_error(name_, {}, "the connection is lost");
    }
    if (kind == Awaited::synced) {
        if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) return nullptr;
        return result;
    }
    // Each answer ends with a null.
    for (await_answer(); PostgresqlResult extra{PQgetResult(handle_)}; await_answer()) {
        if (PQstatus(handle_) != CONNECTION_OK) break;
    }
    return result;
}

void PostgresqlConnection::drain() noexcept {
    try {
        if (!is_lost_ && !awaited_.empty() && awaited_.back() != Awaited::synced) synchronise();
        while (!is_lost_ && !awaited_.empty() && PQstatus(handle_) == CONNECTION_OK) {
            static_cast<void>(take_next());
        }
    } catch (const StoreError&) {
        is_lost_ = true;
    }
    awaited_.clear();
}

void PostgresqlConnection::fail_and_drain(const pg_result* result) {
    const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (code == nullptr || ends_connection(code)) is_lost_ = true;
    if (!is_lost_) drain();
    check(result);
    throw StoreError(name_ + ": unexpected answer");
}

void PostgresqlConnection::check(const pg_result* result) const {
    check_postgresql_result(result, handle_, name_);
}

void PostgresqlConnection::require_sent(int sent) {
    if (sent == 1) return;
    is_lost_ = true;
    throw_postgresql_error(name_, {}, PQerrorMessage(handle_));
}

}  // namespace punctual::detail
