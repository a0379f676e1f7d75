#pragma once
// Redis servers for the tests: the one that script/test-servers started, and servers of their own.

#include <punctual/stores/store.hpp>

#include <hiredis/hiredis.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contract/support/server_process.hpp"

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

/// A prefix of its own on the server that all tests share.
class RedisHost {
public:
    static constexpr bool keeps_jobs = true;
    static constexpr const char* socket_name = "proxy";

    RedisHost();
    ~RedisHost();
    RedisHost(const RedisHost&) = delete;
    RedisHost& operator=(const RedisHost&) = delete;

    [[nodiscard]] static bool is_there() { return shared_redis_url().has_value(); }
    [[nodiscard]] static std::string address();
    [[nodiscard]] std::string url() const { return url_by(address()); }
    [[nodiscard]] std::string url_by(const std::string& socket) const {
        return "redis+unix://" + socket + "?prefix=" + prefix_;
    }
    [[nodiscard]] const std::string& prefix() const { return prefix_; }
    [[nodiscard]] std::shared_ptr<JobStore> connect();

private:
    std::string prefix_ = make_redis_prefix();
};

/// A server of a test's own, in a temporary folder.
class RedisServer : public ServerProcess {
public:
    /// With options as on its command line. `can_start` tells beforehand whether there is one.
    explicit RedisServer(std::vector<std::string> options = {});

    [[nodiscard]] static bool can_start();

    [[nodiscard]] std::string socket_path() const { return file("redis.sock"); }
    [[nodiscard]] std::string url(const std::string& options = {}) const {
        return "redis+unix://" + socket_path() + options;
    }

private:
    [[nodiscard]] std::vector<std::string> command() const override;
    [[nodiscard]] bool is_ready() const override;

    std::vector<std::string> options_;
};

}  // namespace punctual::contract
