#include "triggers/cron_month.hpp"

namespace punctual::detail {

namespace {

constexpr std::int32_t saturday = 5;
constexpr std::int32_t sunday = 6;

// The seven bits of a week, from bit 1 on, for six weeks.
constexpr std::uint64_t repeated_week(std::uint8_t weekdays) {
    constexpr std::uint64_t each_week = 0x0810'2040'8102;
    return weekdays * each_week;
}

std::uint32_t days_on(std::uint8_t weekdays, const MonthShape& month) {
    return static_cast<std::uint32_t>(repeated_week(weekdays) >> month.first_weekday);
}

// The day of the month of the weekday nearest to `day`, without leaving the month.
std::int32_t nearest_weekday(std::int32_t day, const MonthShape& month) {
    const std::int32_t weekday = (month.first_weekday + day - 1) % 7;
    if (weekday == saturday) return day == 1 ? day + 2 : day - 1;
    if (weekday == sunday) return day == month.length ? day - 2 : day + 1;
    return day;
}

std::uint32_t days_of(const CronDays& days, const MonthShape& month) {
    std::uint32_t result = days.numbers | days_on(days.weekdays, month);
    std::uint32_t week = 0xFE;
    for (const std::uint8_t weekdays : days.nth_weekdays) {
        result |= days_on(weekdays, month) & week;
        week <<= 7;
    }
    result |= days_on(days.last_weekdays, month) & (std::uint32_t{0xFE} << (month.length - 7));
    if (days.last_day) result |= std::uint32_t{1} << month.length;
    if (days.nearest_weekday_to != 0 && days.nearest_weekday_to <= month.length) {
        result |= std::uint32_t{1} << nearest_weekday(days.nearest_weekday_to, month);
    }
    return result;
}

// ISO 8601: a week belongs to the year that has its Thursday.
std::int32_t week_of_thursday(std::int32_t thursday) {
    const std::int32_t year = civil_from_days(thursday).year;
    return (thursday - days_from_civil({year, 1, 1})) / 7 + 1;
}

bool only_numbers(const CronDays& days) {
    return days == CronDays{.numbers = days.numbers};
}
bool only_weekdays(const CronDays& days) {
    return days == CronDays{.weekdays = days.weekdays};
}

}  // namespace

CronMonth::CronMonth(const CronFields& fields)
    : numbers_(fields.days.numbers),
      plain_(fields.day_rule == CronDayRule::both && fields.weeks == every_week &&
             only_numbers(fields.days) && only_weekdays(fields.weekdays)),
      weekdays_matter_(!plain_ || fields.weekdays.weekdays != every_weekday),
      weekdays_(repeated_week(fields.weekdays.weekdays)),
      weeks_(fields.weeks),
      days_(fields.days),
      by_weekday_(fields.weekdays),
      rule_(fields.day_rule) {}

std::uint32_t CronMonth::special_days_in(const MonthShape& month) const {
    const std::uint32_t by_day = days_of(days_, month);
    const std::uint32_t by_weekday = days_of(by_weekday_, month);
    const std::uint32_t days =
        rule_ == CronDayRule::both ? by_day & by_weekday : by_day | by_weekday;
    return weeks_ != every_week ? days & days_of_weeks(month) : days;
}

std::uint32_t CronMonth::days_of_weeks(const MonthShape& month) const {
    std::uint64_t days = 0;
    // The week of day 1 begins up to six days before it: bit 7 stands for day 1 in the meantime.
    std::int32_t shift = 7 - month.first_weekday;
    std::int32_t thursday = month.first_day - month.first_weekday + 3;
    for (; shift < month.length + 7; shift += 7, thursday += 7) {
        const std::uint64_t matches = (weeks_ >> week_of_thursday(thursday)) & 1;
        days |= (matches * 0x7F) << shift;
    }
    return static_cast<std::uint32_t>(days >> 6);
}

}  // namespace punctual::detail
