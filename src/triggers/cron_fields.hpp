#pragma once
// What a cron expression says, as bit masks: the common form of both syntaxes.

#include <array>
#include <cstdint>
#include <vector>

namespace punctual::detail {

/// Days of a month, by number or by weekday; the union of its members. Weekdays are bits 0 to 6,
/// Monday first.
struct CronDays {
    std::uint32_t numbers = 0;                      ///< Bits 1 to 31.
    std::uint8_t weekdays = 0;                      ///< Any such weekday.
    std::array<std::uint8_t, 5> nth_weekdays = {};  ///< The first to the fifth such weekday.
    std::uint8_t last_weekdays = 0;                 ///< The last such weekday.
    std::uint8_t nearest_weekday_to = 0;            ///< Monday to Friday nearest to it; 0: none.
    bool last_day = false;

    friend bool operator==(const CronDays&, const CronDays&) = default;
};

/// How the two groups of days combine.
enum class CronDayRule : std::uint8_t { both, either };

inline constexpr std::int32_t cron_first_year = 1970;
inline constexpr std::int32_t cron_last_year = 9999;

inline constexpr std::uint64_t every_second = (std::uint64_t{1} << 60) - 1;
inline constexpr std::uint64_t every_minute = every_second;
inline constexpr std::uint32_t every_hour = (std::uint32_t{1} << 24) - 1;
inline constexpr std::uint32_t every_day = 0xFFFF'FFFE;
inline constexpr std::uint32_t every_month = 0x1FFE;
inline constexpr std::uint64_t every_week = ((std::uint64_t{1} << 54) - 1) & ~std::uint64_t{1};
inline constexpr std::uint8_t every_weekday = 0x7F;

/// A set of years, 1970 to 9999.
class CronYears {
public:
    /// Adds first, first + step … up to last.
    void add(std::int32_t first, std::int32_t last, std::int32_t step);
    /// True if every year belongs to it, as at first.
    [[nodiscard]] bool every() const { return words_.empty(); }
    [[nodiscard]] bool contains(std::int32_t year) const {
        if (year < cron_first_year || year > cron_last_year) return false;
        return every() || has(year);
    }
    /// The first year at or after `year`; after 9999 if there is none.
    [[nodiscard]] std::int32_t next(std::int32_t year) const {
        if (year < cron_first_year) year = cron_first_year;
        return every() || year > cron_last_year ? year : search_from(year);
    }
    /// The last year at or before `year`; before 1970 if there is none.
    [[nodiscard]] std::int32_t previous(std::int32_t year) const;

private:
    [[nodiscard]] bool has(std::int32_t year) const;
    [[nodiscard]] std::int32_t search_from(std::int32_t year) const;

    std::vector<std::uint64_t> words_;  // empty: every year
};

/// All of it must match. Each mask has the bit of each value that matches.
struct CronFields {
    std::uint64_t seconds = 1;
    std::uint64_t minutes = every_minute;
    std::uint64_t weeks = every_week;
    std::uint32_t hours = every_hour;
    std::uint32_t months = every_month;
    CronDays days = {.numbers = every_day};
    CronDays weekdays = {.weekdays = every_weekday};
    CronDayRule day_rule = CronDayRule::both;
    CronYears years = {};
};

}  // namespace punctual::detail
