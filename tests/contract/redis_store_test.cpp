#include <punctual/stores/redis.hpp>
#include <punctual/testing/store_contract.hpp>

#include "contract/redis_server.hpp"

namespace {

using punctual::contract::RedisClient;

/// A prefix of its own on the server that all tests share.
class RedisHost {
public:
    static constexpr bool keeps_jobs = true;

    RedisHost() : url_(punctual::contract::shared_redis_url().value_or("")) {
        if (url_.empty()) punctual::contract::skip_without_redis();
    }
    ~RedisHost() {
        if (!url_.empty()) RedisClient(url_.substr(url_.find("://") + 3)).remove_keys(prefix_);
    }
    RedisHost(const RedisHost&) = delete;
    RedisHost& operator=(const RedisHost&) = delete;

    std::shared_ptr<punctual::JobStore> connect() {
        // Of a test that is skipped, the store is opened and closed all the same.
        if (url_.empty()) return punctual::make_memory_store();
        return punctual::make_redis_store(url_ + "?prefix=" + prefix_);
    }

private:
    std::string url_;
    std::string prefix_ = punctual::contract::make_redis_prefix();
};

}  // namespace

PUNCTUAL_STORE_CONTRACT(Redis, RedisHost);
