#include "stores/redis/session.hpp"

namespace punctual::detail {

RedisSession::RedisSession(const RedisLocation& location, std::string owner)
    : connection(location),
      jobs(connection, key_prefix_of(location)),
      key_prefix_(key_prefix_of(location)),
      owner_(std::move(owner)) {
    head_.add("6");
    for (const char* key : {"store", "scheduler", "ids", "jobs", "runs", "history"}) {
        head_.add(key_prefix_ + key);
    }
    head_.add(key_prefix_).add(owner_).add(location.lease.count() / 1000);
}

}  // namespace punctual::detail
