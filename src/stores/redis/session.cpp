#include "stores/redis/session.hpp"

namespace punctual::detail {

RedisSession::RedisSession(const RedisLocation& location, std::string owner)
    : connection(location),
      jobs(connection, key_prefix_of(location)),
      key_prefix_(key_prefix_of(location)),
      owner_(std::move(owner)),
      head_(make_head()) {}

RedisCommand RedisSession::make_head() const {
    RedisCommand head;
    head.add("6");
    for (const char* key : {"store", "scheduler", "ids", "jobs", "runs", "history"}) {
        head.add(key_prefix_ + key);
    }
    head.add(key_prefix_).add(owner_).add(std::int64_t{epoch_});
    return head.add(connection.location().lease.count() / 1000);
}

RedisCommand RedisSession::arguments() {
    make_certain();
    return head_;
}

// A step that the server has not come to yet is of an epoch that has ended when it does.
void RedisSession::make_certain() {
    if (!connection.is_uncertain() || owner_.empty()) return;
    ++epoch_;
    head_ = make_head();
    static_cast<void>(connection.run(RedisScript::begin_epoch, head_));
    connection.set_certain();
}

}  // namespace punctual::detail
