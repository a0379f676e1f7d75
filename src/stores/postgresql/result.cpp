#include "stores/postgresql/result.hpp"

#include <libpq-fe.h>

#include "stores/postgresql/errors.hpp"
#include "stores/postgresql/parameters.hpp"

namespace punctual::detail {

void PostgresqlResultDeleter::operator()(pg_result* result) const {
    PQclear(result);
}

std::size_t PostgresqlRows::size() const {
    return static_cast<std::size_t>(PQntuples(result_.get()));
}

bool PostgresqlRows::is_null(std::size_t row, int column) const {
    return PQgetisnull(result_.get(), static_cast<int>(row), column) != 0;
}

std::int64_t PostgresqlRows::integer(std::size_t row, int column) const {
    return decode_postgresql_integer(PQgetvalue(result_.get(), static_cast<int>(row), column),
                                     PQgetlength(result_.get(), static_cast<int>(row), column));
}

std::string_view PostgresqlRows::text(std::size_t row, int column) const {
    return {PQgetvalue(result_.get(), static_cast<int>(row), column),
            static_cast<std::size_t>(PQgetlength(result_.get(), static_cast<int>(row), column))};
}

std::int64_t PostgresqlRows::changes() const {
    std::int64_t count = 0;
    for (const char* digit = PQcmdTuples(result_.get()); *digit != 0; ++digit) {
        count = count * 10 + (*digit - '0');
    }
    return count;
}

bool is_success(const pg_result* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

void check_postgresql_result(const pg_result* result, const pg_conn* connection,
                             const std::string& name) {
    if (result != nullptr && is_success(result)) return;
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    throw_postgresql_error(name, state == nullptr ? "" : state,
                           message == nullptr ? PQerrorMessage(connection) : message);
}

}  // namespace punctual::detail
