#include "triggers/crontab_syntax.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>

#include <punctual/errors.hpp>
#include <punctual/value.hpp>

#include "triggers/cron_text.hpp"

namespace punctual::detail {

namespace {

struct FieldRule {
    std::string_view name;
    std::int32_t first;
    std::int32_t last;
    std::span<const std::string_view> names;
    std::int32_t first_name;  // the value of the first name
};

constexpr std::array<std::string_view, 7> names_from_sunday = {"sun", "mon", "tue", "wed",
                                                               "thu", "fri", "sat"};
constexpr std::int32_t sunday = 0;
constexpr std::int32_t sunday_at_the_end = 7;

constexpr FieldRule second_rule = {"second", 0, 59, {}, 0};
constexpr FieldRule minute_rule = {"minute", 0, 59, {}, 0};
constexpr FieldRule hour_rule = {"hour", 0, 23, {}, 0};
constexpr FieldRule day_rule = {"day", 1, 31, {}, 0};
constexpr FieldRule month_rule = {"month", 1, 12, month_names, 1};
constexpr FieldRule weekday_rule = {"weekday", 0, 7, names_from_sunday, 0};
constexpr FieldRule year_rule = {"year", 1970, 2199, {}, 0};

struct Range {
    std::int32_t first;
    std::int32_t last;
    std::int32_t step;
};

// Reads a field from left to right.
class FieldParser {
public:
    FieldParser(std::string_view text, const FieldRule& rule)
        : text_(text), rest_(text), rule_(rule) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool at_star() const { return rest_.starts_with('*'); }

    bool take(char character) {
        if (!rest_.starts_with(character)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // True if another item follows.
    bool take_comma() {
        if (take(',')) return true;
        if (!at_end()) fail_form();
        return false;
    }

    std::int32_t take_number() {
        constexpr std::int32_t large_enough = 100'000;
        if (!at_digit()) fail_form();
        std::int32_t value = 0;
        for (; at_digit(); rest_.remove_prefix(1)) {
            if (value < large_enough) value = value * 10 + (rest_.front() - '0');
        }
        return value;
    }

    // A number in range, or a name.
    std::int32_t take_value() {
        constexpr std::size_t name_length = 3;
        if (!at_digit()) {
            const auto index = find_name(rule_.names, rest_.substr(0, name_length));
            if (!index) fail_form();
            rest_.remove_prefix(name_length);
            return rule_.first_name + *index;
        }
        const std::int32_t value = take_number();
        if (value < rule_.first || value > rule_.last) {
            described().fail_range(value, rule_.first, rule_.last);
        }
        return value;
    }

    // `*`, `*/a`, `n`, `a-b`, `a-b/c`.
    Range take_range() {
        if (take('*')) return {rule_.first, rule_.last, take_step()};
        return take_range_from(take_value());
    }

    // What may follow the first value.
    Range take_range_from(std::int32_t first) {
        if (!take('-')) return {first, first, 1};
        const bool ends_in_a_name = !at_digit();
        std::int32_t last = take_value();
        // FRI-SUN, for which the number of Sunday is 7.
        const bool sunday_ends = ends_in_a_name && !rule_.names.empty() && last == sunday;
        if (sunday_ends && first > sunday) last = sunday_at_the_end;
        if (first > last) described().fail_order(text_);
        return {first, last, take_step()};
    }

    [[noreturn]] void fail(const std::string& reason) const { described().fail(reason); }

    [[noreturn]] void fail_form() const {
        std::string forms =
            fmt::format("*, n, a-b, */n or a-b/n of {} to {}", rule_.first, rule_.last);
        if (!rule_.names.empty()) forms += " or names of three letters";
        if (rule_.name == day_rule.name) forms += ", ?, L, or 15W alone,";
        if (rule_.name == weekday_rule.name) forms += ", ?, 5L, FRIL, FRI#L or MON#1";
        fail(forms + " is needed");
    }

private:
    [[nodiscard]] bool at_digit() const {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }

    std::int32_t take_step() {
        if (!take('/')) return 1;
        const std::int32_t step = take_number();
        if (step == 0) fail("the step 0 leads nowhere: 1 or more is allowed");
        return step;
    }

    [[nodiscard]] CronFieldText described() const { return {"crontab", rule_.name, text_}; }

    std::string_view text_;
    std::string_view rest_;
    const FieldRule& rule_;
};

std::uint64_t parse_mask(std::string_view text, const FieldRule& rule) {
    FieldParser parser(text, rule);
    std::uint64_t mask = 0;
    do {
        const Range range = parser.take_range();
        mask |= bits_between(range.first, range.last, range.step);
    } while (parser.take_comma());
    return mask;
}

CronYears parse_years(std::string_view text) {
    FieldParser parser(text, year_rule);
    CronYears years;
    do {
        const Range range = parser.take_range();
        years.add(range.first, range.last, range.step);
    } while (parser.take_comma());
    return years;
}

CronDays parse_days(std::string_view text) {
    if (text == "?") return {.numbers = every_day};
    FieldParser parser(text, day_rule);
    CronDays days;
    bool alone = true;
    do {
        if (parser.take('L')) {
            days.last_day = true;
        } else if (parser.at_star()) {
            const Range range = parser.take_range();
            days.numbers |=
                static_cast<std::uint32_t>(bits_between(range.first, range.last, range.step));
        } else {
            const std::int32_t day = parser.take_value();
            if (alone && parser.take('W')) {
                if (!parser.at_end()) parser.fail_form();
                days.nearest_weekday_to = static_cast<std::uint8_t>(day);
                return days;
            }
            const Range range = parser.take_range_from(day);
            days.numbers |=
                static_cast<std::uint32_t>(bits_between(range.first, range.last, range.step));
        }
        alone = false;
    } while (parser.take_comma());
    return days;
}

// From bits 0 to 7, Sunday at both ends, to bits 0 to 6, Monday first.
std::uint8_t from_monday(std::uint64_t mask) {
    return static_cast<std::uint8_t>(((mask >> 1) | (mask << 6)) & every_weekday);
}

// `5L`, `FRI#L`, `FRI#2` after its weekday; false if there is none of it.
bool take_place_in_month(FieldParser& parser, std::int32_t weekday, CronDays& days) {
    const std::uint8_t bit = from_monday(std::uint64_t{1} << weekday);
    if (parser.take('L')) {
        days.last_weekdays |= bit;
        return true;
    }
    if (!parser.take('#')) return false;
    if (parser.take('L')) {
        days.last_weekdays |= bit;
        return true;
    }
    const std::int32_t place = parser.take_number();
    if (place < 1 || place > 5) {
        parser.fail(fmt::format("#{} is out of range: #1 to #5 and #L are allowed", place));
    }
    days.nth_weekdays.at(static_cast<std::size_t>(place - 1)) |= bit;
    return true;
}

CronDays parse_weekdays(std::string_view text) {
    if (text == "?") return {.weekdays = every_weekday};
    FieldParser parser(text, weekday_rule);
    CronDays days;
    std::uint64_t mask = 0;
    do {
        if (parser.at_star()) {
            const Range range = parser.take_range();
            mask |= bits_between(range.first, range.last, range.step);
            continue;
        }
        const std::int32_t weekday = parser.take_value();
        if (take_place_in_month(parser, weekday, days)) continue;
        const Range range = parser.take_range_from(weekday);
        mask |= bits_between(range.first, range.last, range.step);
    } while (parser.take_comma());
    days.weekdays = from_monday(mask);
    return days;
}

// As in Vixie cron: the first character decides, so `*/2` does not count as restricted.
bool is_restricted(std::string_view text) {
    return !text.starts_with('*') && !text.starts_with('?');
}

struct Nickname {
    std::string_view name;
    std::string_view expression;
};
constexpr std::array<Nickname, 7> nicknames = {{{"@yearly", "0 0 1 1 *"},
                                                {"@annually", "0 0 1 1 *"},
                                                {"@monthly", "0 0 1 * *"},
                                                {"@weekly", "0 0 * * 0"},
                                                {"@daily", "0 0 * * *"},
                                                {"@midnight", "0 0 * * *"},
                                                {"@hourly", "0 * * * *"}}};

[[noreturn]] void fail_expression(std::string_view expression, const std::string& reason) {
    CronFieldText{"crontab", "expression", expression}.fail(reason);
}

std::string_view without_nickname(std::string_view expression) {
    if (!expression.starts_with('@')) return expression;
    for (const Nickname& nickname : nicknames) {
        if (expression == nickname.name) return nickname.expression;
    }
    fail_expression(expression,
                    "the nicknames are @yearly, @annually, @monthly, @weekly, @daily, @midnight, "
                    "@hourly and @reboot");
}

constexpr std::size_t most_fields = 7;

struct Words {
    std::array<std::string_view, most_fields> words;
    std::size_t count = 0;
};

bool is_blank(char character) {
    return character == ' ' || character == '\t';
}

Words split(std::string_view expression) {
    Words result;
    std::size_t count = 0;
    for (std::size_t end = 0;; ++count) {
        std::size_t begin = end;
        while (begin < expression.size() && is_blank(expression[begin])) ++begin;
        if (begin == expression.size()) break;
        end = begin;
        while (end < expression.size() && !is_blank(expression[end])) ++end;
        if (count < most_fields) result.words[count] = expression.substr(begin, end - begin);
    }
    if (count < 5 || count > most_fields) {
        fail_expression(expression,
                        fmt::format("5 fields are needed (minute, hour, day, month, weekday), 6 "
                                    "(second first) or 7 (year last), not {}",
                                    count));
    }
    result.count = count;
    return result;
}

}  // namespace

CronFields parse_crontab(std::string_view expression) {
    CronFields fields;
    if (expression == "@reboot") {
        fields.months = 0;
        return fields;
    }
    const Words words = split(without_nickname(expression));
    const std::string_view* word = words.words.data();
    if (words.count > 5) fields.seconds = parse_mask(*word++, second_rule);
    fields.minutes = parse_mask(*word++, minute_rule);
    fields.hours = static_cast<std::uint32_t>(parse_mask(*word++, hour_rule));
    const std::string_view day = *word++;
    fields.days = parse_days(day);
    fields.months = static_cast<std::uint32_t>(parse_mask(*word++, month_rule));
    std::string_view weekday = *word++;
    const bool both = weekday.starts_with('+');
    if (both) weekday.remove_prefix(1);
    fields.weekdays = parse_weekdays(weekday);
    if (!both && is_restricted(day) && is_restricted(weekday)) {
        fields.day_rule = CronDayRule::either;
    }
    if (words.count == most_fields) fields.years = parse_years(*word);
    return fields;
}

}  // namespace punctual::detail
