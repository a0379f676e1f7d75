#pragma once
// Commands for a Redis server, as it reads them.

#include <punctual/time.hpp>

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace punctual::detail {

/// A command, or the tail of one: its words, written one after another. Words are bytes of any
/// kind.
class RedisCommand {
public:
    RedisCommand() = default;
    RedisCommand(std::initializer_list<std::string_view> words) {
        for (const std::string_view word : words) add(word);
    }

    RedisCommand& add(std::string_view word) {
        add_size('$', word.size());
        body_.append(word);
        body_.append("\r\n");
        ++words_;
        return *this;
    }
    RedisCommand& add(std::int64_t number) {
        char digits[24];
        const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        return add(std::string_view(digits, static_cast<std::size_t>(end - digits)));
    }
    RedisCommand& add(Instant instant) { return add(instant.time_since_epoch().count()); }
    RedisCommand& add_all(const RedisCommand& tail) {
        body_ += tail.body_;
        words_ += tail.words_;
        return *this;
    }

    [[nodiscard]] std::size_t words() const { return words_; }
    [[nodiscard]] std::size_t bytes() const { return body_.size(); }
    /// Appends it to what is sent.
    void write(std::string& out) const {
        out += '*';
        out += std::to_string(words_);
        out += "\r\n";
        out += body_;
    }

private:
    void add_size(char kind, std::size_t size) {
        char digits[24];
        const char* const end = std::to_chars(digits, digits + sizeof digits, size).ptr;
        body_ += kind;
        body_.append(digits, static_cast<std::size_t>(end - digits));
        body_.append("\r\n");
    }

    std::string body_;
    std::size_t words_ = 0;
};

}  // namespace punctual::detail
