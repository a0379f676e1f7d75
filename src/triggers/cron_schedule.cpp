#include "triggers/cron_schedule.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "time/civil.hpp"

namespace punctual::detail {

namespace {

constexpr std::int32_t day_length = 86'400;
constexpr std::int32_t none = -1;
constexpr std::int32_t earliest_day = days_from_civil({cron_first_year, 1, 1});
constexpr std::int32_t latest_day = days_from_civil({cron_last_year, 12, 31});
constexpr std::int64_t earliest_wall = std::int64_t{earliest_day} * day_length;
constexpr std::int64_t latest_wall = std::int64_t{latest_day} * day_length + day_length - 1;
static_assert(earliest_wall == 0, "a wall time divides like an unsigned number");

int highest_bit(std::uint64_t mask) {
    return 63 - std::countl_zero(mask);
}

constexpr std::array<std::int32_t, 13> days_before_month = {0,   0,   31,  59,  90,  120, 151,
                                                            181, 212, 243, 273, 304, 334};

std::int64_t at(std::int32_t day, std::int32_t time) {
    return std::int64_t{day} * day_length + time;
}

std::int32_t day_of(std::int64_t wall) {
    return static_cast<std::int32_t>(static_cast<std::uint64_t>(wall) / day_length);
}

}  // namespace

struct CronSchedule::Year {
    explicit Year(std::int32_t year)
        : number(year),
          first_day(days_from_civil({year, 1, 1})),
          first_weekday(weekday_from_days(first_day)),
          leap(is_leap_year(year)),
          after_leap(is_leap_year(year - 1)) {}

    // Steps without a division where it can.
    void move_to(std::int32_t year) {
        if (year != number + 1) {
            *this = Year(year);
            return;
        }
        first_day += 365 + leap;
        first_weekday += 1 + leap;
        if (first_weekday >= 7) first_weekday -= 7;
        after_leap = leap;
        leap = is_leap_year(++number);
    }

    [[nodiscard]] MonthShape month(std::int32_t month) const {
        const std::int32_t before =
            days_before_month[static_cast<std::size_t>(month)] + (month > 2 ? leap : 0);
        const std::int32_t length = month == 2 ? 28 + leap : 30 + ((month ^ (month >> 3)) & 1);
        return {first_day + before, length, (first_weekday + before) % 7};
    }
    // Years of one kind have the same days: the weeks at their beginning depend on the year before.
    [[nodiscard]] std::uint32_t kind(bool weekdays_matter) const {
        const std::int32_t kind = first_weekday * 4 + leap * 2 + after_leap;
        return std::uint32_t{1} << (weekdays_matter ? kind : leap);
    }

    std::int32_t number;
    std::int32_t first_day;
    std::int32_t first_weekday;
    std::int32_t leap;        // 1 for a leap year
    std::int32_t after_leap;  // 1 if the year before is one
};

CronSchedule::CronSchedule(CronFields fields)
    : fields_(std::move(fields)),
      month_(fields_),
      first_in_hour_(std::countr_zero(fields_.minutes) * 60 + std::countr_zero(fields_.seconds)),
      last_in_hour_(highest_bit(fields_.minutes) * 60 + highest_bit(fields_.seconds)),
      first_in_day_(std::countr_zero(fields_.hours) * 3600 + first_in_hour_),
      last_in_day_(highest_bit(fields_.hours) * 3600 + last_in_hour_) {}

std::optional<std::int64_t> CronSchedule::next(std::int64_t wall) const {
    if (wall > latest_wall) return std::nullopt;
    wall = std::max(wall, earliest_wall);
    Day day = day_of(wall);
    const std::int32_t time = next_time(static_cast<std::int32_t>(wall - at(day, 0)));
    if (time == none) ++day;
    const std::optional<Day> found = next_day(day);
    if (!found) return std::nullopt;
    return at(*found, *found == day && time != none ? time : first_in_day_);
}

std::optional<std::int64_t> CronSchedule::previous(std::int64_t wall) const {
    if (wall < earliest_wall) return std::nullopt;
    wall = std::min(wall, latest_wall);
    Day day = day_of(wall);
    const std::int32_t time = previous_time(static_cast<std::int32_t>(wall - at(day, 0)));
    if (time == none) --day;
    const std::optional<Day> found = previous_day(day);
    if (!found) return std::nullopt;
    return at(*found, *found == day && time != none ? time : last_in_day_);
}

std::int64_t CronSchedule::count(std::int64_t first, std::int64_t last) const {
    first = std::max(first, earliest_wall);
    last = std::min(last, latest_wall);
    if (first > last) return 0;
    const Day first_day = day_of(first);
    const Day last_day = day_of(last);
    // Whole days, less what lies before `first` on the first one and after `last` on the last one.
    std::int64_t total = count_days(first_day, last_day) * count_times_until(day_length - 1);
    if (count_days(first_day, first_day) != 0) {
        total -= count_times_until(static_cast<std::int32_t>(first - at(first_day, 0)) - 1);
    }
    if (count_days(last_day, last_day) != 0) {
        total -= count_times_until(day_length - 1) -
                 count_times_until(static_cast<std::int32_t>(last - at(last_day, 0)));
    }
    return total;
}

std::optional<CronSchedule::Day> CronSchedule::next_day(Day day) const {
    const CivilDate date = civil_from_days(day);
    if (fields_.years.contains(date.year)) [[likely]] {
        if (((fields_.months >> date.month) & 1) != 0) {
            const MonthShape month{day - date.day + 1, days_in_month(date.year, date.month),
                                   weekday_from_days(day - date.day + 1)};
            const std::uint32_t rest = month_.days_in(month) & (~std::uint32_t{0} << date.day);
            if (rest != 0) [[likely]] {
                return month.first_day + std::countr_zero(rest) - 1;
            }
        }
        const std::uint32_t months = fields_.months & (~std::uint32_t{1} << date.month);
        if (months != 0) {
            if (const auto found = first_day(Year(date.year), months)) return found;
        }
    }
    return next_day_after_year(date.year);
}

std::optional<CronSchedule::Day> CronSchedule::next_day_after_year(std::int32_t year) const {
    year = fields_.years.next(year + 1);
    if (year > cron_last_year) return std::nullopt;
    Year candidate(year);
    std::uint32_t hopeless = 0;
    while (true) {
        const std::uint32_t kind = candidate.kind(month_.weekdays_matter());
        if ((hopeless & kind) == 0) {
            if (const auto found = first_day(candidate, fields_.months)) return found;
            hopeless |= kind;
        }
        year = fields_.years.next(year + 1);
        if (year > cron_last_year) return std::nullopt;
        candidate.move_to(year);
    }
}

std::optional<CronSchedule::Day> CronSchedule::first_day(const Year& year,
                                                         std::uint32_t months) const {
    for (; months != 0; months &= months - 1) {
        const MonthShape month = year.month(std::countr_zero(months));
        const std::uint32_t days = month_.days_in(month);
        if (days != 0) return month.first_day + std::countr_zero(days) - 1;
    }
    return std::nullopt;
}

std::optional<CronSchedule::Day> CronSchedule::previous_day(Day day) const {
    const CivilDate date = civil_from_days(day);
    if (fields_.years.contains(date.year)) {
        const std::uint32_t rest = days_in_month_of(day) & ((std::uint32_t{2} << date.day) - 1);
        if (rest != 0) return day - date.day + highest_bit(rest);
        const std::uint32_t months = fields_.months & ((std::uint32_t{1} << date.month) - 1);
        if (const auto found = last_day(Year(date.year), months)) return found;
    }
    return previous_day_before_year(date.year);
}

std::optional<CronSchedule::Day> CronSchedule::previous_day_before_year(std::int32_t year) const {
    std::uint32_t hopeless = 0;
    for (year = fields_.years.previous(year - 1); year >= cron_first_year;
         year = fields_.years.previous(year - 1)) {
        const Year candidate(year);
        const std::uint32_t kind = candidate.kind(month_.weekdays_matter());
        if ((hopeless & kind) != 0) continue;
        if (const auto found = last_day(candidate, fields_.months)) return found;
        hopeless |= kind;
    }
    return std::nullopt;
}

std::optional<CronSchedule::Day> CronSchedule::last_day(const Year& year,
                                                        std::uint32_t months) const {
    while (months != 0) {
        const int number = highest_bit(months);
        months ^= std::uint32_t{1} << number;
        const MonthShape month = year.month(number);
        const std::uint32_t days = month_.days_in(month);
        if (days != 0) return month.first_day + highest_bit(days) - 1;
    }
    return std::nullopt;
}

std::uint32_t CronSchedule::days_in_month_of(Day day) const {
    const CivilDate date = civil_from_days(day);
    if (!fields_.years.contains(date.year)) return 0;
    if (((fields_.months >> date.month) & 1) == 0) return 0;
    return month_.days_in(Year(date.year).month(date.month));
}

std::int64_t CronSchedule::count_days(Day first, Day last) const {
    std::int64_t total = 0;
    while (first <= last) {
        const CivilDate date = civil_from_days(first);
        const Day month_end = first - date.day + days_in_month(date.year, date.month);
        std::uint32_t days = days_in_month_of(first) & (~std::uint32_t{0} << date.day);
        if (last < month_end) days &= (std::uint32_t{2} << (last - first + date.day)) - 1;
        total += std::popcount(days);
        first = month_end + 1;
    }
    return total;
}

std::int32_t CronSchedule::next_time(std::int32_t time) const {
    const std::int32_t hour = time / 3600;
    const std::int32_t minute = time / 60 - hour * 60;
    const std::int32_t second = time % 60;
    if (((fields_.hours >> hour) & 1) != 0) {
        if (((fields_.minutes >> minute) & 1) != 0) {
            const std::uint64_t seconds = fields_.seconds >> second;
            if (seconds != 0) return time + std::countr_zero(seconds);
        }
        const std::uint64_t minutes = fields_.minutes >> (minute + 1);
        if (minutes != 0) {
            return time - second + (std::countr_zero(minutes) + 1) * 60 +
                   std::countr_zero(fields_.seconds);
        }
    }
    const std::uint32_t hours = fields_.hours >> (hour + 1);
    if (hours == 0) return none;
    return (hour + 1 + std::countr_zero(hours)) * 3600 + first_in_hour_;
}

std::int32_t CronSchedule::previous_time(std::int32_t time) const {
    const std::int32_t hour = time / 3600;
    const std::int32_t minute = time / 60 - hour * 60;
    const std::int32_t second = time % 60;
    if (((fields_.hours >> hour) & 1) != 0) {
        if (((fields_.minutes >> minute) & 1) != 0) {
            const std::uint64_t seconds = fields_.seconds & ((std::uint64_t{2} << second) - 1);
            if (seconds != 0) return time - second + highest_bit(seconds);
        }
        const std::uint64_t minutes = fields_.minutes & ((std::uint64_t{1} << minute) - 1);
        if (minutes != 0) {
            return hour * 3600 + highest_bit(minutes) * 60 + highest_bit(fields_.seconds);
        }
    }
    const std::uint32_t hours = fields_.hours & ((std::uint32_t{1} << hour) - 1);
    if (hours == 0) return none;
    return highest_bit(hours) * 3600 + last_in_hour_;
}

std::int64_t CronSchedule::count_times_until(std::int32_t time) const {
    if (time < 0) return 0;
    const std::int32_t hour = time / 3600;
    const std::int32_t minute = time / 60 - hour * 60;
    const std::int64_t a_minute = std::popcount(fields_.seconds);
    const std::int64_t an_hour = std::popcount(fields_.minutes) * a_minute;
    std::int64_t total = std::popcount(fields_.hours & ((std::uint32_t{1} << hour) - 1)) * an_hour;
    if (((fields_.hours >> hour) & 1) == 0) return total;
    total += std::popcount(fields_.minutes & ((std::uint64_t{1} << minute) - 1)) * a_minute;
    if (((fields_.minutes >> minute) & 1) == 0) return total;
    return total + std::popcount(fields_.seconds & ((std::uint64_t{2} << time % 60) - 1));
}

}  // namespace punctual::detail
