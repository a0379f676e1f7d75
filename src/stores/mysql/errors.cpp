#include "stores/mysql/errors.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "stores/sql/connection.hpp"
#include "value/one_line.hpp"

namespace punctual::detail {

namespace {

// Numbers of "MariaDB Error Codes" in MariaDB's manual.
constexpr std::array conflicts = {
    1020U,  // a row has changed since it was read
    1205U,  // a lock was not to be had in time
    1213U,  // deadlock
};
constexpr unsigned duplicate = 1062;
constexpr std::array passing = {
    1021U,                       // disk full
    1026U,                       // error writing a file
    1030U,                       // error of the storage
    1037U, 1038U, 1041U,         // out of memory
    1040U, 1203U, 1226U,         // too many connections: in all, of the user, of what he may have
    1043U,                       // a bad handshake
    1053U,                       // shutdown in progress
    1077U, 1079U,                // shutting down
    1114U,                       // the table is full
    1129U,                       // the host is blocked for its many errors
    1135U,                       // no thread for the connection
    1158U, 1159U, 1160U, 1161U,  // the network
    1152U, 1184U,                // the connection was aborted
    1290U,                       // read-only: a replica that is about to take over
    1317U,                       // the statement was interrupted
    1792U, 1836U,                // read-only
    1927U,                       // the connection was killed
    1969U,                       // the statement took too long
    2000U, 2001U, 2002U, 2003U, 2004U, 2005U, 2006U, 2008U, 2012U, 2013U,  // of the client: no
    2026U, 2027U, 2055U,  // connection, or none any more
};
constexpr std::array ending = {1053U, 1077U, 1079U, 1153U, 1158U, 1159U,
                               1160U, 1161U, 1152U, 1184U, 1927U};

bool is_one_of(unsigned code, const auto& codes) {
    return std::ranges::find(codes, code) != codes.end();
}

}  // namespace

bool ends_mysql_connection(unsigned code) {
    // From 2000 on the numbers are the client's, for what becomes of its connection.
    return (code >= 2000 && code < 3000) || is_one_of(code, ending);
}

void throw_mysql_error(const std::string& name, unsigned code, std::string_view message) {
    const std::string text = fmt::format("{}: {}", name, on_one_line(std::string(message)));
    if (is_one_of(code, conflicts)) throw SqlConflictError(text);
    if (code == duplicate) throw SqlDuplicateError(text);
    if (is_one_of(code, passing)) throw StoreUnavailableError(text);
    throw StoreError(text);
}

}  // namespace punctual::detail
