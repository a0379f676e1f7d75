#pragma once
// Reads text from left to right, for the parsers of dates and durations.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace punctual::detail {

/// *Lifetime*: the text must outlive the scanner.
class TextScanner {
public:
    explicit TextScanner(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool at_digit() const {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }
    /// Takes `character` if it is next.
    bool take(char character) {
        if (rest_.empty() || rest_.front() != character) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Takes a number of `least` to `most` digits; takes nothing if there are fewer or more.
    std::optional<std::int64_t> take_number(int least, int most) {
        std::int64_t number = 0;
        int digits = 0;
        std::string_view text = rest_;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
            if (digits == most) return std::nullopt;
            number = number * 10 + (text.front() - '0');
            text.remove_prefix(1);
        }
        if (digits < least) return std::nullopt;
        rest_ = text;
        return number;
    }
    /// Takes one or more digits as a decimal fraction, in millionths; what is smaller is cut off.
    std::optional<std::int64_t> take_millionths() {
        if (!at_digit()) return std::nullopt;
        std::int64_t millionths = 0;
        for (std::int64_t unit = 100'000; at_digit(); unit /= 10) {
            millionths += unit * (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return millionths;
    }
    /// Takes the letters a to z up to the next other character.
    std::string_view take_word() {
        std::size_t length = 0;
        while (length < rest_.size() && rest_[length] >= 'a' && rest_[length] <= 'z') ++length;
        const std::string_view word = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return word;
    }
    void skip_blanks() {
        while (take(' ')) {
        }
    }

private:
    std::string_view rest_;
};

}  // namespace punctual::detail
