#pragma once
// A connection to the server of a Redis store.

#include <punctual/errors.hpp>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stores/host_addresses.hpp"
#include "stores/redis/command.hpp"
#include "stores/redis/location.hpp"
#include "stores/redis/reply.hpp"
#include "stores/redis/scripts.hpp"

namespace punctual::detail {

/// Connects when it is first used, and again at the next use after it was lost.
/// *Thread safety*: none.
class RedisConnection {
public:
    explicit RedisConnection(RedisLocation location, HostResolver resolver = addresses_of_host)
        : location_(std::move(location)), resolver_(resolver) {}

    /// *Throws*, as the two that follow, StoreUnavailableError if the server cannot be reached or
    /// will do it later: whether it did what it was asked is open. StoreError if it won't.
    RedisReply run(const RedisCommand& command);
    /// All of them on one way to the server and back.
    std::vector<RedisReply> run_all(std::span<const RedisCommand> commands);
    /// `arguments` is what follows the name of the script: the number of keys, keys and arguments.
    /// The answer may take longer than others, by `extra`.
    RedisReply run(RedisScript script, const RedisCommand& arguments, Duration extra = 0s);

    /// True if a connection was lost while an answer was due: the server may still do what it was
    /// asked, even after what a new connection asks.
    [[nodiscard]] bool is_uncertain() const { return is_uncertain_; }
    void set_certain() { is_uncertain_ = false; }

    /// Grows each time a connection is made: what was read before may have been undone since.
    [[nodiscard]] int connections() const { return connections_; }
    [[nodiscard]] const RedisLocation& location() const { return location_; }

private:
    struct Close {
        void operator()(redisContext* context) const { redisFree(context); }
    };

    void connect();
    void connect_to_host();
    /// Returns why it is not connected; empty if it is.
    [[nodiscard]] std::string try_address(const std::string& address);
    /// How long to wait for each part of an answer from now on.
    void set_timeout(Duration timeout);
    [[nodiscard]] bool answers();
    void log_in();
    void check_store();
    [[nodiscard]] bool is_alive() const;
    void load(RedisScript script);
    RedisReply exchange(const RedisCommand& command);
    void send(const std::string& bytes);
    RedisReply receive();
    [[noreturn]] void lost(const std::string& reason);
    void check(const RedisReply& reply);

    RedisLocation location_;
    HostResolver resolver_;
    Duration timeout_{};
    std::unique_ptr<redisContext, Close> context_;
    std::array<std::string, redis_script_count> hashes_;
    int connections_ = 0;
    bool is_uncertain_ = false;
};

/// What the names of all keys begin with: what stands in braces decides which node of a cluster
/// holds a key, and so one of them holds all.
[[nodiscard]] std::string key_prefix_of(const RedisLocation& location);

/// Says what an error of a server means. *Throws* StoreUnavailableError or StoreError.
[[noreturn]] void throw_redis_error(const std::string& store, std::string_view error);

}  // namespace punctual::detail
