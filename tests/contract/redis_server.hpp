#pragma once
// Redis servers for the tests: the one that script/test-servers started, and servers of their own.

#include <punctual/stores/store.hpp>

#include <hiredis/hiredis.h>
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contract/temporary_folder.hpp"

namespace punctual::contract {

/// A port of this machine that nobody listens on.
[[nodiscard]] std::string find_free_port();

/// The URL of the server that the tests share; none: its tests are skipped.
[[nodiscard]] std::optional<std::string> shared_redis_url();

/// Skips the test that runs, and says what it wants.
void skip_without_redis();

/// A prefix that no other test uses.
[[nodiscard]] std::string make_redis_prefix();

/// Another program at the same server.
class RedisClient {
public:
    explicit RedisClient(const std::string& socket_path);

    /// What the server answers, as text; an error begins with "-".
    std::string command(const std::vector<std::string>& words);
    /// The same, one text for each element of the answer.
    std::vector<std::string> list(const std::vector<std::string>& words);
    /// Removes all keys of a prefix.
    void remove_keys(const std::string& prefix);

private:
    struct Close {
        void operator()(redisContext* context) const { redisFree(context); }
    };
    std::unique_ptr<redisContext, Close> context_;
};

/// A server of a test's own, in a temporary folder.
class RedisServer {
public:
    /// With options as on its command line. `can_start` tells beforehand whether there is one.
    explicit RedisServer(std::vector<std::string> options = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    [[nodiscard]] static bool can_start();

    void start();
    /// As a loss of power, but for what the kernel has already.
    void kill();
    [[nodiscard]] std::string socket_path() const { return folder_.file("redis.sock"); }
    [[nodiscard]] std::string url(const std::string& options = {}) const;

private:
    TemporaryFolder folder_;
    std::vector<std::string> options_;
    pid_t process_ = 0;
};

}  // namespace punctual::contract
