#include "stores/redis/session.hpp"

namespace punctual::detail {

namespace {

// What stands in braces decides which node of a cluster holds a key: the same one holds all.
std::string make_key_prefix(const RedisLocation& location) {
    return "{" + location.prefix + "}:";
}

}  // namespace

RedisSession::RedisSession(const RedisLocation& location, std::string owner)
    : connection(location),
      jobs(connection, make_key_prefix(location)),
      key_prefix_(make_key_prefix(location)),
      owner_(std::move(owner)) {
    head_.add("6");
    for (const char* key : {"store", "scheduler", "ids", "jobs", "runs", "history"}) {
        head_.add(key_prefix_ + key);
    }
    head_.add(key_prefix_).add(owner_).add(location.lease.count() / 1000);
}

}  // namespace punctual::detail
