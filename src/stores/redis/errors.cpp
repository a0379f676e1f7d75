// What the errors of a Redis server mean.

#include <fmt/format.h>

#include "stores/leased_store.hpp"
#include "stores/redis/connection.hpp"

namespace punctual::detail {

namespace {

// Errors of scripts come as "ERR user_script:12: OOM command not allowed … script: 5f3…, on …".
bool has(std::string_view error, std::string_view code) {
    return error.find(code) != std::string_view::npos;
}

void throw_if_refused(const std::string& store, std::string_view error) {
    if (has(error, "NOAUTH")) {
        throw StoreError(fmt::format("{} wants a password: redis://:password@host", store));
    }
    if (has(error, "WRONGPASS") || has(error, "invalid password") ||
        has(error, "without any password configured")) {
        throw StoreError(fmt::format("{} refuses this user or password: {}", store, error));
    }
    if (has(error, "NOPERM")) {
        throw StoreError(
            fmt::format("{} does not allow this user what it takes: {}", store, error));
    }
    if (has(error, "DB index is out of range") || has(error, "invalid DB index")) {
        throw StoreError(fmt::format(
            "{} names a database that the server does not have (its setting is `databases`)",
            store));
    }
    if (has(error, "MOVED ") || has(error, "CROSSSLOT")) {
        throw StoreError(
            fmt::format("{} is a node of a cluster that does not hold these keys, "
                        "give the address of the node that does: {}",
                        store, error));
    }
    if (has(error, "WRONGTYPE")) {
        throw StoreError(fmt::format(
            "{} is damaged, or another program writes keys of this prefix: {}", store, error));
    }
}

void throw_if_not_now(const std::string& store, std::string_view error) {
    if (has(error, "READONLY")) {
        throw StoreUnavailableError(
            fmt::format("{} is a read-only replica: give the address of its primary", store));
    }
    if (has(error, "OOM ")) {
        throw StoreUnavailableError(fmt::format(
            "{} has no memory left: the server's limit is its setting `maxmemory`", store));
    }
    if (has(error, "MISCONF")) {
        throw StoreUnavailableError(
            fmt::format("{} takes no writes because the server cannot save to its disk", store));
    }
    for (const char* code : {"LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN",
                             "NOREPLICAS", "max number of clients"}) {
        if (has(error, code)) {
            throw StoreUnavailableError(fmt::format("{} is not ready: {}", store, error));
        }
    }
}

}  // namespace

void throw_redis_error(const std::string& store, std::string_view error) {
    if (has(error, "PUNCTUAL_TAKEN")) throw_taken_over(store);
    if (has(error, "PUNCTUAL_EMPTY")) throw_emptied(store, "keys");
    throw_if_refused(store, error);
    throw_if_not_now(store, error);
    throw StoreError(fmt::format("{} failed: {}", store, error));
}

}  // namespace punctual::detail
