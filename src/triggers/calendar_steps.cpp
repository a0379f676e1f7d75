#include "triggers/calendar_steps.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

#include "time/civil.hpp"

namespace punctual::detail {

namespace {

constexpr std::int32_t last_day = days_from_civil({last_year, 12, 31});
constexpr std::int64_t last_month = std::int64_t{last_year} * 12 + 11;

/// Months since the start of year 0.
std::int64_t month_of(CivilDate date) {
    return std::int64_t{date.year} * 12 + date.month - 1;
}

/// The date with this month and day, if the month has the day.
std::optional<std::int32_t> date_in_month(std::int64_t month, std::int32_t day) {
    const auto year = static_cast<std::int32_t>(month / 12);
    const auto month_of_year = static_cast<std::int32_t>(month % 12 + 1);
    if (day > days_in_month(year, month_of_year)) return std::nullopt;
    return days_from_civil({year, month_of_year, day});
}

/// The first date with this day of the month in `month` or a whole number of steps later.
std::optional<std::int32_t> first_with_day(std::int64_t month, std::int64_t step,
                                           std::int32_t day) {
    for (; month <= last_month; month += step) {
        if (const auto date = date_in_month(month, day)) return date;
    }
    return std::nullopt;
}

}  // namespace

/// Every so many dates one is remembered, from the first question that asks for a date far off.
struct CalendarSteps::Landmarks {
    std::once_flag found;
    std::vector<std::int32_t> dates;
};

CalendarSteps::CalendarSteps(std::int32_t start, std::int64_t months, std::int64_t days)
    : start_(start), months_(months), days_(days) {
    if (months != 0 && days != 0) landmarks_ = std::make_shared<Landmarks>();
}

std::optional<std::int32_t> CalendarSteps::first_from(std::int32_t day) const {
    if (day <= start_) return start_;
    if (day > last_day) return std::nullopt;
    if (months_ == 0) return first_by_days(day);
    return days_ == 0 ? first_by_months(day) : first_by_walking(day);
}

std::optional<std::int32_t> CalendarSteps::last_until(std::int32_t day) const {
    if (day < start_) return std::nullopt;
    if (months_ == 0) return last_by_days(day);
    return days_ == 0 ? last_by_months(day) : last_by_walking(day);
}

std::optional<std::int32_t> CalendarSteps::following(std::int32_t date) const {
    std::int64_t following = date;
    if (months_ != 0) {
        const CivilDate civil = civil_from_days(date);
        const auto stepped = first_with_day(month_of(civil) + months_, months_, civil.day);
        if (!stepped) return std::nullopt;
        following = *stepped;
    }
    following += days_;
    if (following > last_day) return std::nullopt;
    return static_cast<std::int32_t>(following);
}

std::optional<std::int32_t> CalendarSteps::first_by_days(std::int32_t day) const {
    const std::int64_t steps = (std::int64_t{day} - start_ + days_ - 1) / days_;
    const std::int64_t date = start_ + steps * days_;
    if (date > last_day) return std::nullopt;
    return static_cast<std::int32_t>(date);
}

std::optional<std::int32_t> CalendarSteps::last_by_days(std::int32_t day) const {
    const std::int64_t last = day < last_day ? day : last_day;
    return static_cast<std::int32_t>(last - (last - start_) % days_);
}

std::optional<std::int32_t> CalendarSteps::first_by_months(std::int32_t day) const {
    const CivilDate start = civil_from_days(start_);
    const std::int64_t distance = month_of(civil_from_days(day)) - month_of(start);
    const std::int64_t steps = (distance + months_ - 1) / months_;
    const auto date = first_with_day(month_of(start) + steps * months_, months_, start.day);
    // In the month of `day` itself the date may come before it.
    return date && *date < day ? following(*date) : date;
}

std::optional<std::int32_t> CalendarSteps::last_by_months(std::int32_t day) const {
    const CivilDate start = civil_from_days(start_);
    const std::int64_t last = month_of(civil_from_days(day < last_day ? day : last_day));
    std::int64_t month = last - (last - month_of(start)) % months_;
    for (; month > month_of(start); month -= months_) {
        const auto date = date_in_month(month, start.day);
        if (date && *date <= day) return date;
    }
    return start_;
}

std::int32_t CalendarSteps::walk_from(std::int32_t day) const {
    constexpr std::int32_t short_walk = 128;
    const std::int64_t shortest_step = months_ * 28 + days_;
    if (day - start_ <= short_walk * shortest_step) return start_;
    std::call_once(landmarks_->found, [this] {
        int passed = 0;
        for (std::optional<std::int32_t> date = start_; date; date = following(*date)) {
            if (passed++ % short_walk == 0) landmarks_->dates.push_back(*date);
        }
    });
    const auto& dates = landmarks_->dates;
    return *std::prev(std::upper_bound(dates.begin(), dates.end(), day));
}

std::optional<std::int32_t> CalendarSteps::first_by_walking(std::int32_t day) const {
    std::optional<std::int32_t> date = walk_from(day);
    while (date && *date < day) date = following(*date);
    return date;
}

std::optional<std::int32_t> CalendarSteps::last_by_walking(std::int32_t day) const {
    std::int32_t last = walk_from(day);
    for (auto date = following(last); date && *date <= day; date = following(last)) last = *date;
    return last;
}

}  // namespace punctual::detail
