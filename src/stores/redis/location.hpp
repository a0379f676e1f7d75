#pragma once
// Where a Redis store is, and how it is to be reached: its URL.

#include <punctual/time.hpp>

#include <string>
#include <string_view>

namespace punctual::detail {

struct RedisLocation {
    std::string host = "localhost";
    int port = 6379;
    /// A Unix socket, in place of host and port, unless empty.
    std::string socket_path{};
    std::string user{};
    std::string password{};
    int database = 0;
    /// What the names of all keys begin with, in braces, so that a cluster keeps them together.
    std::string prefix = "punctual";
    Duration connect_timeout = std::chrono::seconds(5);
    /// How long to wait for an answer.
    Duration answer_timeout = std::chrono::seconds(10);
    /// A scheduler that was not heard of for so long has lost its right to the store.
    Duration lease = std::chrono::seconds(15);

    /// As in messages: without user and password.
    [[nodiscard]] std::string describe() const;
};

/// `redis://[[user]:password@]host[:port][/database]`, or `redis+unix:///path/to.sock` (also
/// `unix://`); with `?prefix=…&db=…&answer_timeout=10s&connect_timeout=5s&lease=15s`. Percent codes
/// are decoded. *Throws* ConfigurationError that names what is wrong, and shows no password.
[[nodiscard]] RedisLocation parse_redis_url(std::string_view url);

}  // namespace punctual::detail
