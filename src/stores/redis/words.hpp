#pragma once
// Reading what a Redis store writes as words with a space between them.

#include <punctual/time.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace punctual::detail {

/// Takes words from the front of a text; what is missing reads as empty.
class Words {
public:
    explicit Words(std::string_view text) : rest_(text) {}

    std::string_view word() {
        const std::size_t end = rest_.find_first_of(" \n");
        const std::string_view found = rest_.substr(0, end);
        rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
        return found;
    }
    std::int64_t integer() {
        const std::string_view digits = word();
        std::int64_t value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }
    Instant instant() { return Instant(std::chrono::microseconds(integer())); }
    std::optional<Instant> optional_instant() {
        if (rest_.starts_with("- ")) {
            static_cast<void>(word());
            return std::nullopt;
        }
        return instant();
    }
    std::string_view bytes(std::int64_t count) {
        const std::string_view found =
            rest_.substr(0, static_cast<std::size_t>(std::max(count, std::int64_t{0})));
        rest_.remove_prefix(found.size());
        return found;
    }
    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

}  // namespace punctual::detail
