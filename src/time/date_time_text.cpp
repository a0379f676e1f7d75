#include "time/date_time_text.hpp"

#include <cstdio>
#include <cstdlib>
#include <optional>

#include <punctual/errors.hpp>

#include "time/civil.hpp"
#include "time/text_scanner.hpp"

namespace punctual::detail {

namespace {

constexpr std::int64_t ticks_per_second = 1'000'000;
constexpr std::int64_t first_tick =
    days_from_civil({first_year, 1, 1}) * seconds_per_day * ticks_per_second;
constexpr std::int64_t end_tick =
    days_from_civil({last_year + 1, 1, 1}) * seconds_per_day * ticks_per_second;

class DateTimeParser {
public:
    explicit DateTimeParser(std::string_view text) : text_(text), scanner_(text) {}

    DateTimeText parse() {
        DateTimeText result{DateTimeText::Kind::date, parse_date() * seconds_per_day};
        if (scanner_.take('T') || scanner_.take(' ')) {
            result.kind = DateTimeText::Kind::wall;
            result.ticks += parse_time();
            if (const std::optional<std::int64_t> offset = parse_offset()) {
                result.kind = DateTimeText::Kind::instant;
                result.ticks -= *offset;
            }
        }
        if (!scanner_.at_end()) fail_form();
        result.ticks = result.ticks * ticks_per_second + fraction_;
        if (result.ticks < first_tick || result.ticks >= end_tick) {
            fail("lies outside the years 1 to 9999");
        }
        return result;
    }

private:
    std::int64_t parse_date() {
        const auto year = number(4, 4);
        expect('-');
        const auto month = number(1, 2);
        expect('-');
        const auto day = number(1, 2);
        check(year, first_year, last_year, "year");
        check(month, 1, 12, "month");
        check(day, 1, days_in_month(year, month), "day");
        return days_from_civil({year, month, day});
    }

    std::int64_t parse_time() {
        const auto hour = number(1, 2);
        expect(':');
        const auto minute = number(1, 2);
        const auto second = scanner_.take(':') ? parse_seconds() : 0;
        const bool end_of_day = hour == 24 && minute == 0 && second == 0 && fraction_ == 0;
        if (!end_of_day) check(hour, 0, 23, "hour");
        check(minute, 0, 59, "minute");
        check(second, 0, 59, "second");
        return hour * 3600 + minute * 60 + second;
    }

    std::int32_t parse_seconds() {
        const auto second = number(1, 2);
        if (scanner_.take('.')) {
            const auto millionths = scanner_.take_millionths();
            if (!millionths) fail_form();
            fraction_ = *millionths;
        }
        return second;
    }

    std::optional<std::int64_t> parse_offset() {
        if (scanner_.take('Z')) return 0;
        const bool west = scanner_.take('-');
        if (!west && !scanner_.take('+')) return std::nullopt;
        const auto hours = number(2, 2);
        expect(':');
        const auto minutes = number(2, 2);
        check(hours, 0, 23, "offset's hours");
        check(minutes, 0, 59, "offset's minutes");
        return (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    }

    std::int32_t number(int least_digits, int most_digits) {
        const auto value = scanner_.take_number(least_digits, most_digits);
        if (!value) fail_form();
        return static_cast<std::int32_t>(*value);
    }

    void expect(char character) {
        if (!scanner_.take(character)) fail_form();
    }

    void check(std::int32_t value, std::int32_t least, std::int32_t most, const char* what) const {
        if (value >= least && value <= most) return;
        fail("the " + std::string(what) + " is " + std::to_string(value) + " but must be " +
             std::to_string(least) + " to " + std::to_string(most));
    }

    [[noreturn]] void fail_form() const {
        fail("write it like 2024-01-02, 2024-01-02 03:04 or 2024-01-02T03:04:05.25+02:00");
    }

    [[noreturn]] void fail(const std::string& reason) const {
        throw TimeFormatError("bad date or time \"" + std::string(text_) + "\": " + reason);
    }

    std::string_view text_;
    TextScanner scanner_;
    std::int64_t fraction_ = 0;
};

// Prints into a buffer that holds any result.
template <class... Numbers>
std::string print(const char* format, Numbers... numbers) {
    char buffer[64];
    const int length = std::snprintf(buffer, sizeof buffer, format, numbers...);
    return {buffer, static_cast<std::size_t>(length)};
}

}  // namespace

DateTimeText parse_date_time(std::string_view text) {
    return DateTimeParser(text).parse();
}

std::string date_text(std::int64_t ticks) {
    const auto days = floor_divide(ticks, seconds_per_day * ticks_per_second);
    const CivilDate date = civil_from_days(static_cast<std::int32_t>(days));
    return print("%04d-%02d-%02d", date.year, date.month, date.day);
}

std::string date_time_text(std::int64_t ticks) {
    const std::int64_t seconds = floor_divide(ticks, ticks_per_second);
    const std::int64_t fraction = ticks - seconds * ticks_per_second;
    const std::int64_t days = floor_divide(seconds, seconds_per_day);
    const int time = static_cast<int>(seconds - days * seconds_per_day);
    std::string text =
        date_text(ticks) + print("T%02d:%02d:%02d", time / 3600, time / 60 % 60, time % 60);
    if (fraction != 0) {
        text += print(".%06d", static_cast<int>(fraction));
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text;
}

std::string offset_text(std::int64_t seconds) {
    const int distance = static_cast<int>(std::abs(seconds));
    std::string text =
        print("%c%02d:%02d", seconds < 0 ? '-' : '+', distance / 3600, distance / 60 % 60);
    if (distance % 60 != 0) text += print(":%02d", distance % 60);
    return text;
}

}  // namespace punctual::detail
