#pragma once
// Arithmetic of the proleptic Gregorian calendar on 32-bit integers, for years -9999 to 9999.
// Algorithms: C. Neri and L. Schneider, "Euclidean affine functions and their application to
// calendar algorithms" (2022).

#include <array>
#include <cstdint>

namespace punctual::detail {

inline constexpr std::int64_t seconds_per_day = 86'400;
/// The calendar repeats, weekdays included, after this many seconds.
inline constexpr std::int64_t seconds_per_400_years = 146'097 * seconds_per_day;
inline constexpr std::int32_t first_year = 1;
inline constexpr std::int32_t last_year = 9999;

struct CivilDate {
    std::int32_t year;
    std::int32_t month;  ///< 1 to 12
    std::int32_t day;    ///< 1 to 31
};

namespace civil {

inline constexpr std::uint32_t era_shift = 82;  // 400-year cycles that keep everything positive
inline constexpr std::uint32_t day_shift = 719'468 + 146'097 * era_shift;
inline constexpr std::uint32_t year_shift = 400 * era_shift;

}  // namespace civil

/// Days since 1970-01-01.
constexpr std::int32_t days_from_civil(CivilDate date) {
    const bool before_march = date.month <= 2;
    const std::uint32_t year =
        static_cast<std::uint32_t>(date.year) + civil::year_shift - (before_march ? 1U : 0U);
    const std::uint32_t month =
        static_cast<std::uint32_t>(before_march ? date.month + 12 : date.month);
    const std::uint32_t century = year / 100;
    const std::uint32_t days_before_year = 1461 * year / 4 - century + century / 4;
    const std::uint32_t days_before_month = (979 * month - 2919) / 32;
    return static_cast<std::int32_t>(days_before_year + days_before_month +
                                     static_cast<std::uint32_t>(date.day - 1) - civil::day_shift);
}

/// The inverse of `days_from_civil`.
constexpr CivilDate civil_from_days(std::int32_t days) {
    const std::uint32_t shifted = static_cast<std::uint32_t>(days) + civil::day_shift;
    const std::uint32_t quarters = 4 * shifted + 3;
    const std::uint32_t century = quarters / 146'097;
    const std::uint32_t day_of_century = quarters % 146'097 / 4;
    const std::uint64_t product = std::uint64_t{2'939'745} * (4 * day_of_century + 3);
    const std::uint32_t year = 100 * century + static_cast<std::uint32_t>(product >> 32);
    const std::uint32_t day_of_year = static_cast<std::uint32_t>(product) / 2'939'745 / 4;
    const std::uint32_t month_and_day = 2141 * day_of_year + 197'913;
    const std::uint32_t month = month_and_day >> 16;
    const std::uint32_t day = (month_and_day & 0xFFFF) / 2141;
    const bool next_year = day_of_year >= 306;
    return {static_cast<std::int32_t>(year - civil::year_shift + (next_year ? 1U : 0U)),
            static_cast<std::int32_t>(next_year ? month - 12 : month),
            static_cast<std::int32_t>(day + 1)};
}

constexpr bool is_leap_year(std::int32_t year) {
    // A century is a leap year when 16 divides it, for 25 does already.
    return (year % 25 != 0 ? year & 3 : year & 15) == 0;
}

constexpr std::int32_t days_in_month(std::int32_t year, std::int32_t month) {
    if (month == 2) return is_leap_year(year) ? 29 : 28;
    return 30 + ((month ^ (month >> 3)) & 1);
}

/// 0 is Monday.
constexpr std::int32_t weekday_from_days(std::int32_t days) {
    constexpr std::uint32_t multiple_of_seven = 7 * 100'000'000U;
    return static_cast<std::int32_t>((static_cast<std::uint32_t>(days) + multiple_of_seven + 3) %
                                     7);
}

/// Rounds towards the past.
constexpr std::int64_t floor_divide(std::int64_t dividend, std::int64_t divisor) {
    const std::int64_t quotient = dividend / divisor;
    return quotient - (dividend % divisor < 0 ? 1 : 0);
}

static_assert(days_from_civil({1970, 1, 1}) == 0);
static_assert(days_from_civil({9999, 12, 31}) == 2'932'896);
static_assert(civil_from_days(-1).year == 1969 && weekday_from_days(-1) == 2);

}  // namespace punctual::detail
