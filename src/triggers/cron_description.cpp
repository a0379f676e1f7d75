#include "triggers/cron_description.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <optional>
#include <string_view>
#include <vector>

namespace punctual::detail {

namespace {

constexpr std::array<std::string_view, 7> weekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                      "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 13> months = {
    "",     "January", "February",  "March",   "April",    "May",     "June",
    "July", "August",  "September", "October", "November", "December"};
constexpr std::array<std::string_view, 5> places = {"first", "second", "third", "fourth", "fifth"};

int lowest(std::uint64_t mask) {
    return std::countr_zero(mask);
}
int highest(std::uint64_t mask) {
    return 63 - std::countl_zero(mask);
}
int size(std::uint64_t mask) {
    return std::popcount(mask);
}
bool is_contiguous(std::uint64_t mask) {
    return size(mask) == highest(mask) - lowest(mask) + 1;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t index = 0; index < parts.size(); ++index) {
        if (index != 0) text += index + 1 == parts.size() ? " and " : ", ";
        text += parts[index];
    }
    return text;
}

// "1, 3 to 5 and 8", each value by `name`.
template <class Name>
std::string list(std::uint64_t mask, Name name) {
    std::vector<std::string> parts;
    while (mask != 0) {
        const int first = lowest(mask);
        const int length = std::countr_one(mask >> first);
        constexpr int shortest_range = 3;
        if (length < shortest_range) {
            parts.emplace_back(name(first));
            mask &= mask - 1;
            continue;
        }
        parts.push_back(fmt::format("{} to {}", name(first), name(first + length - 1)));
        mask &= ~(((std::uint64_t{1} << length) - 1) << first);
    }
    return joined(parts);
}

std::string number(int value) {
    return std::to_string(value);
}
std::string_view weekday_name(int value) {
    return weekdays.at(static_cast<std::size_t>(value));
}
std::string_view month_name(int value) {
    return months.at(static_cast<std::size_t>(value));
}

std::string ordinal(int day) {
    const bool teen = day / 10 == 1;
    constexpr std::array<std::string_view, 4> endings = {"th", "st", "nd", "rd"};
    const int last_digit = day % 10;
    return fmt::format(
        "{}{}", day,
        teen || last_digit > 3 ? "th" : endings.at(static_cast<std::size_t>(last_digit)));
}

// The distance of values that run evenly round a whole of `period`, from 0 on.
std::optional<int> even_step(std::uint64_t mask, int period) {
    const int count = size(mask);
    if (count < 2 || period % count != 0) return std::nullopt;
    const int step = period / count;
    for (int value = 0; value < period; value += step) {
        if (((mask >> value) & 1) == 0) return std::nullopt;
    }
    return step;
}

// "second", "every 5 seconds" …: how often within the larger unit; nothing if not evenly.
std::optional<std::string> every(std::uint64_t mask, int period, std::string_view unit) {
    const std::optional<int> step = even_step(mask, period);
    if (!step) return std::nullopt;
    return *step == 1 ? fmt::format("every {}", unit) : fmt::format("every {} {}s", *step, unit);
}

std::string clock(int hour, int minute, int second, bool with_seconds) {
    return with_seconds ? fmt::format("{:02}:{:02}:{:02}", hour, minute, second)
                        : fmt::format("{:02}:{:02}", hour, minute);
}

// "at 09:00 and 17:00"; nothing if these are too many.
std::optional<std::string> single_times(const CronFields& fields) {
    constexpr int most = 6;
    if (size(fields.seconds) != 1) return std::nullopt;
    if (size(fields.hours) * size(fields.minutes) > most) return std::nullopt;
    std::vector<std::string> times;
    for (std::uint64_t hours = fields.hours; hours != 0; hours &= hours - 1) {
        for (std::uint64_t minutes = fields.minutes; minutes != 0; minutes &= minutes - 1) {
            times.push_back(
                clock(lowest(hours), lowest(minutes), lowest(fields.seconds), fields.seconds != 1));
        }
    }
    return "at " + joined(times);
}

// " from 09:00 to 17:55" of hours in a row; empty for the whole day; nothing if they have gaps.
std::optional<std::string> between_hours(const CronFields& fields) {
    if (fields.hours == every_hour) return "";
    if (!is_contiguous(fields.hours)) return std::nullopt;
    const bool with_seconds = fields.seconds != 1;
    return fmt::format(
        " from {} to {}",
        clock(lowest(fields.hours), lowest(fields.minutes), lowest(fields.seconds), with_seconds),
        clock(highest(fields.hours), highest(fields.minutes), highest(fields.seconds),
              with_seconds));
}

// "every 5 minutes from 09:00 to 17:55", "every 2 hours"; nothing if it is not so regular.
std::optional<std::string> regular_times(const CronFields& fields) {
    const bool at_full_minute = fields.seconds == 1;
    if (at_full_minute && fields.minutes == 1) {
        if (auto hours = every(fields.hours, 24, "hour")) return hours;
        if (!is_contiguous(fields.hours)) return std::nullopt;
        return "every hour" + between_hours(fields).value_or("");
    }
    std::optional<std::string> hours = between_hours(fields);
    if (!hours) return std::nullopt;
    if (at_full_minute) {
        if (const auto minutes = every(fields.minutes, 60, "minute")) return *minutes + *hours;
        if (size(fields.minutes) == 1 && hours->empty()) {
            return fmt::format("at {} past every hour",
                               lowest(fields.minutes) == 1
                                   ? "1 minute"
                                   : fmt::format("{} minutes", lowest(fields.minutes)));
        }
        return std::nullopt;
    }
    if (fields.minutes != every_minute) return std::nullopt;
    if (const auto seconds = every(fields.seconds, 60, "second")) return *seconds + *hours;
    return std::nullopt;
}

std::string listed_times(const CronFields& fields) {
    std::string text;
    if (fields.seconds != 1) text += fmt::format("at second {} of ", list(fields.seconds, number));
    text += fields.minutes == every_minute ? "every minute"
                                           : fmt::format("{}minute {}", text.empty() ? "at " : "",
                                                         list(fields.minutes, number));
    return text + (fields.hours == every_hour
                       ? " of every hour"
                       : fmt::format(" of the hours {}", list(fields.hours, number)));
}

std::string describe_times(const CronFields& fields) {
    if (auto text = single_times(fields)) return *text;
    if (auto text = regular_times(fields)) return *text;
    return listed_times(fields);
}

// What a group of days names, without the weekdays that come every week.
std::vector<std::string> named_days(const CronDays& days) {
    std::vector<std::string> parts;
    if (days.numbers != 0) parts.push_back("the " + list(days.numbers, ordinal));
    if (days.nearest_weekday_to != 0) {
        parts.push_back("the weekday nearest to the " + ordinal(days.nearest_weekday_to));
    }
    for (std::size_t index = 0; index < places.size(); ++index) {
        if (days.nth_weekdays.at(index) == 0) continue;
        parts.push_back(fmt::format("the {} {}", places.at(index),
                                    list(days.nth_weekdays.at(index), weekday_name)));
    }
    if (days.last_weekdays != 0) {
        parts.push_back("the last " + list(days.last_weekdays, weekday_name));
    }
    if (days.last_day) parts.emplace_back("the last day");
    return parts;
}

std::string describe_group(const CronDays& days, std::string_view of_the_month) {
    std::vector<std::string> parts;
    if (days.weekdays != 0) parts.push_back(list(days.weekdays, weekday_name));
    const std::vector<std::string> named = named_days(days);
    if (!named.empty()) parts.push_back(fmt::format("on {}{}", joined(named), of_the_month));
    return joined(parts);
}

bool names_every_day(const CronDays& days) {
    return days.numbers == every_day || days.weekdays == every_weekday;
}

// "on 29 February", where one day of certain months is named and nothing else.
std::optional<std::string> describe_dates(const CronFields& fields) {
    constexpr int most = 3;
    if (!names_every_day(fields.weekdays) || fields.day_rule == CronDayRule::either) return {};
    if (fields.days != CronDays{.numbers = fields.days.numbers}) return std::nullopt;
    if (size(fields.days.numbers) != 1 || size(fields.months) > most) return std::nullopt;
    return fmt::format("on {} {}", lowest(fields.days.numbers), list(fields.months, month_name));
}

std::string describe_days(const CronFields& fields) {
    if (auto dates = describe_dates(fields)) return *dates;
    const bool any_number = names_every_day(fields.days);
    const bool any_weekday = names_every_day(fields.weekdays);
    const std::string_view of_the_month = fields.months == every_month ? " of the month" : "";
    std::string text;
    if (any_number && any_weekday) {
        text = "every day";
    } else if (any_number) {
        text = describe_group(fields.weekdays, of_the_month);
    } else if (any_weekday) {
        text = describe_group(fields.days, of_the_month);
    } else {
        const char* word = fields.day_rule == CronDayRule::both ? " if it is " : " and every ";
        text = describe_group(fields.days, of_the_month) + word +
               describe_group(fields.weekdays, of_the_month);
    }
    if (fields.months == every_month) return text;
    return text + " in " + list(fields.months, month_name);
}

std::string describe_years(const CronYears& years) {
    constexpr std::size_t most = 4;
    std::vector<std::string> parts;
    for (auto year = years.next(cron_first_year); year <= cron_last_year;) {
        std::int32_t last = year;
        while (years.contains(last + 1)) ++last;
        parts.push_back(last == year ? std::to_string(year) : fmt::format("{} to {}", year, last));
        if (parts.size() > most) {
            return fmt::format("in certain years from {} to {}", years.next(cron_first_year),
                               years.previous(cron_last_year));
        }
        year = years.next(last + 1);
    }
    return "in " + joined(parts);
}

}  // namespace

std::string describe_cron(const CronFields& fields) {
    std::string text = describe_times(fields) + ", " + describe_days(fields);
    if (fields.weeks != every_week) text += " in week " + list(fields.weeks, number);
    if (!fields.years.every()) text += " " + describe_years(fields.years);
    return text;
}

}  // namespace punctual::detail
