#include <array>
#include <limits>
#include <optional>

#include <punctual/errors.hpp>
#include <punctual/time.hpp>

#include "time/text_scanner.hpp"

namespace punctual {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t microseconds;
};

constexpr std::array<Unit, 6> units = {{{"d", 86'400'000'000},
                                        {"h", 3'600'000'000},
                                        {"m", 60'000'000},
                                        {"s", 1'000'000},
                                        {"ms", 1'000},
                                        {"us", 1}}};

// Units that are read but not written.
constexpr std::array<Unit, 2> other_units = {{{"w", 604'800'000'000}, {"min", 60'000'000}}};

std::optional<std::int64_t> unit_length(std::string_view name) {
    for (const Unit& unit : units) {
        if (unit.name == name) return unit.microseconds;
    }
    for (const Unit& unit : other_units) {
        if (unit.name == name) return unit.microseconds;
    }
    return std::nullopt;
}

class DurationParser {
public:
    explicit DurationParser(std::string_view text) : text_(text), scanner_(text) {}

    Duration parse() {
        scanner_.skip_blanks();
        const bool negative = scanner_.take('-');
        std::int64_t total = 0;
        do {
            if (__builtin_add_overflow(total, parse_part(), &total)) fail_length();
            scanner_.skip_blanks();
        } while (!scanner_.at_end());
        return std::chrono::microseconds(negative ? -total : total);
    }

private:
    std::int64_t parse_part() {
        constexpr int most_digits = 18;
        const auto whole = scanner_.take_number(1, most_digits);
        if (!whole) fail_form();
        std::int64_t millionths = 0;
        if (scanner_.take('.')) {
            const auto fraction = scanner_.take_millionths();
            if (!fraction) fail_form();
            millionths = *fraction;
        }
        scanner_.skip_blanks();
        const auto unit = unit_length(scanner_.take_word());
        if (!unit) fail_form();
        std::int64_t length = 0;
        if (__builtin_mul_overflow(*whole, *unit, &length)) fail_length();
        // The longest unit times a million still fits.
        if (__builtin_add_overflow(length, *unit * millionths / 1'000'000, &length)) fail_length();
        return length;
    }

    [[noreturn]] void fail_form() const {
        throw TimeFormatError("bad duration \"" + std::string(text_) +
                              "\": write numbers with units, like 30s, 1.5h, 2d 4h or 500ms "
                              "(w, d, h, m or min, s, ms, us)");
    }

    [[noreturn]] void fail_length() const {
        throw TimeFormatError("bad duration \"" + std::string(text_) +
                              "\": it is longer than 292,000 years");
    }

    std::string_view text_;
    detail::TextScanner scanner_;
};

}  // namespace

std::string format_duration(Duration length) {
    if (length == unlimited) return "unlimited";
    if (length.count() == 0) return "0s";
    std::string text;
    // Downwards from zero, for the most negative duration has no positive counterpart.
    std::int64_t rest = length.count() > 0 ? -length.count() : length.count();
    for (const Unit& unit : units) {
        const std::int64_t amount = -(rest / unit.microseconds);
        rest %= unit.microseconds;
        if (amount == 0) continue;
        if (!text.empty()) text += ' ';
        text += std::to_string(amount).append(unit.name);
    }
    return length.count() < 0 ? "-" + text : text;
}

Duration parse_duration(std::string_view text) {
    return DurationParser(text).parse();
}

}  // namespace punctual
