#include "triggers/cron_syntax.hpp"

#include <fmt/format.h>

#include <string>

#include <punctual/errors.hpp>
#include <punctual/value.hpp>

#include "time/text_scanner.hpp"
#include "triggers/cron_text.hpp"

namespace punctual::detail {

namespace {

struct FieldRule {
    std::int32_t first;
    std::int32_t last;
    std::span<const std::string_view> names;
    std::int32_t first_name;  // the value of the first name
    const char* forms;
};

constexpr const char* number_forms = "*, */a, n, a-b, a-b/c or a/c is needed";
constexpr const char* month_forms = "*, */a, n, a-b, a-b/c, a/c, jan to dec or jan-mar is needed";
constexpr const char* weekday_forms = "*, */a, n, a-b, a-b/c, a/c, mon to sun or mon-fri is needed";
constexpr const char* day_forms =
    "*, */a, n, a-b, a-b/c, a/c, 1st mon to 5th sun, last mon to last sun or last is needed";

constexpr FieldRule year_rule = {cron_first_year, cron_last_year, {}, 0, number_forms};
constexpr FieldRule month_rule = {1, 12, month_names, 1, month_forms};
constexpr FieldRule day_rule = {1, 31, {}, 0, day_forms};
constexpr FieldRule week_rule = {1, 53, {}, 0, number_forms};
constexpr FieldRule weekday_rule = {0, 6, weekday_names, 0, weekday_forms};
constexpr FieldRule hour_rule = {0, 23, {}, 0, number_forms};
constexpr FieldRule sixty_rule = {0, 59, {}, 0, number_forms};

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::string in_lower_case(std::string_view text) {
    std::string result(text);
    for (char& character : result) {
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character + 32);
    }
    return result;
}

// Reads one field, item by item; `Add` takes each (first, last, step), `Special` what is left.
template <class Add, class Special>
class FieldParser {
public:
    FieldParser(CronFieldText text, const FieldRule& rule, Add add, Special special)
        : text_(text), rule_(rule), add_(add), special_(special) {}

    void parse() const {
        std::string_view rest = text_.text;
        while (true) {
            const std::size_t comma = rest.find(',');
            parse_item(in_lower_case(trimmed(rest.substr(0, comma))));
            if (comma == std::string_view::npos) return;
            rest.remove_prefix(comma + 1);
        }
    }

private:
    void parse_item(const std::string& item) const {
        if (item.empty()) text_.fail(fmt::format("an item is empty: {}", rule_.forms));
        TextScanner scanner(item);
        bool understood = false;
        if (scanner.take('*')) {
            understood = parse_all(scanner);
        } else if (scanner.at_digit()) {
            understood = parse_numbers(scanner, item);
        } else {
            understood = parse_names(scanner, item);
        }
        if (!understood && !special_(item)) {
            text_.fail(fmt::format("{} is not understood: {}", Value(item).to_json(), rule_.forms));
        }
    }

    bool parse_all(TextScanner scanner) const {
        const std::optional<std::int64_t> step = parse_step(scanner);
        if (!step || !scanner.at_end()) return false;
        add_range(rule_.first, rule_.last, *step);
        return true;
    }

    bool parse_numbers(TextScanner scanner, std::string_view item) const {
        const auto first = scanner.take_number(1, most_digits);
        if (!first) return false;
        std::optional<std::int64_t> last;
        if (scanner.take('-')) {
            last = scanner.take_number(1, most_digits);
            if (!last) return false;
        }
        const std::optional<std::int64_t> step = parse_step(scanner);
        if (!step || !scanner.at_end()) return false;
        check(*first);
        if (!last) last = *step == no_step ? *first : rule_.last;
        check(*last);
        if (*first > *last) text_.fail_order(item);
        add_range(*first, *last, *step);
        return true;
    }

    bool parse_names(TextScanner scanner, std::string_view item) const {
        const auto first = find_name(rule_.names, scanner.take_word());
        if (!first) return false;
        auto last = first;
        if (scanner.take('-')) last = find_name(rule_.names, scanner.take_word());
        if (!last || !scanner.at_end()) return false;
        if (*first > *last) text_.fail_order(item);
        add_range(*first + rule_.first_name, *last + rule_.first_name, no_step);
        return true;
    }

    // `no_step` if there is none; nothing if what follows the slash is no number.
    static std::optional<std::int64_t> parse_step(TextScanner& scanner) {
        return scanner.take('/') ? scanner.take_number(1, most_digits) : no_step;
    }

    void check(std::int64_t value) const {
        if (value < rule_.first || value > rule_.last) {
            text_.fail_range(value, rule_.first, rule_.last);
        }
    }

    void add_range(std::int64_t first, std::int64_t last, std::int64_t step) const {
        if (step == no_step) {
            step = 1;
        } else if (step == 0 || step > last - first) {
            text_.fail(
                fmt::format("the step {} does not fit {}-{}: 1 up to the last value less "
                            "the first is allowed",
                            step, first, last));
        }
        add_(static_cast<std::int32_t>(first), static_cast<std::int32_t>(last),
             static_cast<std::int32_t>(step));
    }

    static constexpr int most_digits = 9;
    static constexpr std::int64_t no_step = -1;  // no number that can be written

    CronFieldText text_;
    const FieldRule& rule_;
    Add add_;
    Special special_;
};

template <class Add, class Special>
void parse_field(const char* name, const CronField& field, const FieldRule& rule, Add add,
                 Special special) {
    FieldParser(CronFieldText{"cron", name, field.text()}, rule, add, special).parse();
}

std::uint64_t parse_mask(const char* name, const CronField& field, const FieldRule& rule) {
    std::uint64_t mask = 0;
    parse_field(
        name, field, rule,
        [&mask](std::int32_t first, std::int32_t last, std::int32_t step) {
            mask |= bits_between(first, last, step);
        },
        [](std::string_view) { return false; });
    return mask;
}

CronYears parse_years(const CronField& field) {
    CronYears years;
    if (field.text() == "*") return years;
    parse_field(
        "year", field, year_rule,
        [&years](std::int32_t first, std::int32_t last, std::int32_t step) {
            years.add(first, last, step);
        },
        [](std::string_view) { return false; });
    return years;
}

// "last", "last fri", "2nd mon": adds it, or is false.
bool add_special_day(CronDays& days, std::string_view item) {
    if (item == "last") return days.last_day = true;
    const std::size_t blank = item.find(' ');
    if (blank == std::string_view::npos) return false;
    const auto weekday = find_name(weekday_names, trimmed(item.substr(blank)));
    if (!weekday) return false;
    const auto bit = static_cast<std::uint8_t>(1U << *weekday);
    const std::string_view place = item.substr(0, blank);
    if (place == "last") {
        days.last_weekdays |= bit;
        return true;
    }
    constexpr std::array<std::string_view, 5> places = {"1st", "2nd", "3rd", "4th", "5th"};
    const auto index = find_name(places, place);
    if (!index) return false;
    days.nth_weekdays.at(static_cast<std::size_t>(*index)) |= bit;
    return true;
}

CronDays parse_days(const CronField& field) {
    CronDays days;
    parse_field(
        "day", field, day_rule,
        [&days](std::int32_t first, std::int32_t last, std::int32_t step) {
            days.numbers |= static_cast<std::uint32_t>(bits_between(first, last, step));
        },
        [&days](std::string_view item) { return add_special_day(days, item); });
    return days;
}

// Where no field is given that is less significant, a missing one is its minimum.
std::size_t least_significant(const CronOptions& options) {
    for (std::size_t index = cron_keywords.size(); index-- > 0;) {
        if (options.*cron_keywords[index].field) return index;
    }
    throw TriggerError(
        "cron: no field is given; at least one of year, month, day, week, day_of_week, hour, "
        "minute and second is needed");
}

}  // namespace

CronFields parse_cron(const CronOptions& options) {
    enum : std::size_t { year, month, day, week, day_of_week, hour, minute, second };
    const std::size_t least = least_significant(options);
    CronFields fields;
    const auto mask = [&](std::size_t index, const FieldRule& rule) {
        const auto& [name, member] = cron_keywords.at(index);
        const CronField& field = options.*member;
        if (field) return parse_mask(name, field, rule);
        const bool every = index < least || index == week || index == day_of_week;
        return bits_between(rule.first, every ? rule.last : rule.first);
    };
    if (options.year) fields.years = parse_years(options.year);
    fields.months = static_cast<std::uint32_t>(mask(month, month_rule));
    if (options.day) {
        fields.days = parse_days(options.day);
    } else {
        fields.days.numbers = static_cast<std::uint32_t>(mask(day, day_rule));
    }
    fields.weeks = mask(week, week_rule);
    fields.weekdays.weekdays = static_cast<std::uint8_t>(mask(day_of_week, weekday_rule));
    fields.hours = static_cast<std::uint32_t>(mask(hour, hour_rule));
    fields.minutes = mask(minute, sixty_rule);
    fields.seconds = mask(second, sixty_rule);
    return fields;
}

}  // namespace punctual::detail
