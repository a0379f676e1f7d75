#pragma once
// One connection to a Redis store, with what is common to all calls of its scripts.

#include <mutex>
#include <string>

#include "stores/redis/connection.hpp"
#include "stores/redis/job_reader.hpp"
#include "stores/redis/location.hpp"

namespace punctual::detail {

/// Whoever uses it holds `mutex`.
class RedisSession {
public:
    /// `owner` names the scheduler that writes; empty for one that only looks.
    RedisSession(const RedisLocation& location, std::string owner);

    /// What follows the name of a script; its own arguments are added to that. *Throws* as
    /// `make_certain`.
    [[nodiscard]] RedisCommand arguments();
    /// Where an answer was lost: makes sure that what was asked is done by now, or never. *Throws*
    /// as RedisConnection's functions.
    void make_certain();
    /// What the names of all keys begin with.
    [[nodiscard]] const std::string& key_prefix() const { return key_prefix_; }
    [[nodiscard]] const std::string& owner() const { return owner_; }

    std::mutex mutex;
    RedisConnection connection;
    RedisJobReader jobs;

private:
    [[nodiscard]] RedisCommand make_head() const;

    std::string key_prefix_;
    std::string owner_;
    int epoch_ = 0;
    RedisCommand head_;
};

}  // namespace punctual::detail
