#pragma once
// What a Redis server answered.

#include <punctual/time.hpp>

#include <hiredis/hiredis.h>

#include <charconv>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace punctual::detail {

/// A part of an answer. *Lifetime*: that of the answer. What is missing reads as empty or 0, so
/// that a damaged entry does no harm to the others.
class RedisValue {
public:
    explicit RedisValue(const redisReply* reply) : reply_(reply) {}

    [[nodiscard]] bool is_null() const {
        return reply_ == nullptr || reply_->type == REDIS_REPLY_NIL;
    }
    [[nodiscard]] std::string_view text() const {
        if (reply_ == nullptr || reply_->str == nullptr) return {};
        return {reply_->str, reply_->len};
    }
    [[nodiscard]] std::int64_t integer() const {
        if (reply_ == nullptr) return 0;
        if (reply_->type == REDIS_REPLY_INTEGER) return reply_->integer;
        const std::string_view digits = text();
        std::int64_t value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }
    [[nodiscard]] Instant instant() const { return Instant(std::chrono::microseconds(integer())); }
    [[nodiscard]] std::size_t size() const {
        return reply_ != nullptr && reply_->type == REDIS_REPLY_ARRAY ? reply_->elements : 0;
    }
    [[nodiscard]] RedisValue operator[](std::size_t index) const {
        return RedisValue(index < size() ? reply_->element[index] : nullptr);
    }

private:
    const redisReply* reply_;
};

struct RedisReplyDeleter {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

/// A whole answer.
class RedisReply {
public:
    explicit RedisReply(redisReply* reply) : reply_(reply) {}

    [[nodiscard]] RedisValue value() const { return RedisValue(reply_.get()); }
    [[nodiscard]] RedisValue operator[](std::size_t index) const { return value()[index]; }
    [[nodiscard]] std::size_t size() const { return value().size(); }
    /// The text of an error that the server answered; empty if it is none.
    [[nodiscard]] std::string_view error() const {
        return reply_->type == REDIS_REPLY_ERROR ? value().text() : std::string_view();
    }

private:
    std::unique_ptr<redisReply, RedisReplyDeleter> reply_;
};

}  // namespace punctual::detail
