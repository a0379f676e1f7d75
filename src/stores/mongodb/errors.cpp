// What the errors of a MongoDB server, and of the way there, mean.

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <string_view>

#include "stores/mongodb/connection.hpp"
#include "value/one_line.hpp"

namespace punctual::detail {

namespace {

constexpr std::uint32_t unauthorized = 13;
constexpr std::uint32_t authentication_failed = 18;

// Codes of servers that are not the primary, are stopping, or have lost their others.
constexpr std::array<std::uint32_t, 10> not_primary = {91,    189,   10058, 10107, 11600,
                                                       11602, 13435, 13436, 133,   134};
// HostUnreachable, HostNotFound, NetworkTimeout, SocketException, LockTimeout, MaxTimeMSExpired,
// WriteConcernFailed, ExceededTimeLimit, WriteConflict, UnsatisfiableWriteConcern, OutOfDiskSpace;
// CursorNotFound, CursorKilled and QueryPlanKilled, of a search while servers changed.
constexpr std::array<std::uint32_t, 15> passing = {6,   7,   89,    9001, 24, 50,  64, 262,
                                                   112, 100, 14031, 251,  43, 237, 175};

// The numbers of other errors mean other things.
bool is_server_error(const bson_error_t& error) {
    return error.domain == MONGOC_ERROR_SERVER || error.domain == MONGOC_ERROR_WRITE_CONCERN;
}

bool is_one_of(const bson_error_t& error, std::span<const std::uint32_t> codes) {
    return is_server_error(error) && std::ranges::find(codes, error.code) != codes.end();
}

}  // namespace

bool is_connection_error(const bson_error_t& error) {
    switch (error.domain) {
        case MONGOC_ERROR_STREAM:
        case MONGOC_ERROR_SERVER_SELECTION:
        case MONGOC_ERROR_PROTOCOL:
            return true;
        default:
            return false;
    }
}

void throw_mongodb_error(const std::string& store, const bson_error_t& error) {
    const std::string what = on_one_line(error.message);
    const bool is_refused =
        (error.domain == MONGOC_ERROR_CLIENT && error.code == MONGOC_ERROR_CLIENT_AUTHENTICATE) ||
        (is_server_error(error) && error.code == authentication_failed);
    if (is_refused) {
        throw StoreError(fmt::format("{} refuses this user or password: {}", store, what));
    }
    if (is_connection_error(error)) {
        throw StoreUnavailableError(fmt::format("{} cannot be reached: {}", store, what));
    }
    if (is_one_of(error, not_primary)) {
        throw StoreUnavailableError(fmt::format(
            "{} takes no writes now, for the server is not the primary: {}", store, what));
    }
    if (is_one_of(error, passing) || error.domain == MONGOC_ERROR_WRITE_CONCERN) {
        throw StoreUnavailableError(fmt::format("{} is not ready: {}", store, what));
    }
    if (is_server_error(error) && error.code == unauthorized) {
        throw StoreError(fmt::format("{} does not allow this user what it takes: {}", store, what));
    }
    throw StoreError(fmt::format("{} failed: {}", store, what));
}

}  // namespace punctual::detail
